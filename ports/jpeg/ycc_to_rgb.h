// Sixteen by two pixels of R,G,B from their luma and eight colours, each for two by two pixels:
// bit for bit libjpeg's merged upsampling (jdmerge.c), whose tables round to the nearest.
//
//   R = Y + 1.402 Cr    G = Y - 0.344136 Cb - 0.714136 Cr    B = Y + 1.772 Cb     (JFIF 1.02)
//
// What chroma adds is split into what it adds and what it takes away, so that saturating sums of
// bytes do the rest. Only where has_avx2().
#pragma once

#include <array>
#include <cstdint>

#include "ports/jpeg/avx2.h"
#include "ports/jpeg/inverse_dct.h"

#if P3A_HAVE_AVX2

namespace p3a::jpeg::ycc {

/// For each of the eight rows of chroma: eight bytes for red, then eight for blue; of green what is
/// added, then what is taken away.
struct ChromaRows {
  alignas(32) std::uint8_t red_blue_added[8][16];
  alignas(32) std::uint8_t red_blue_taken[8][16];
  alignas(32) std::uint8_t green[8][16];
};

// Where byte i of a colour comes to lie in three registers of R,G,B,R,... : at 3 i + c. That is
// byte (3 i + c) % 16 of one of them, another byte for each i.
struct Places {
  alignas(16) std::uint8_t luma[3][16];
  alignas(16) std::uint8_t chroma[3][16];   ///< red's and green's first eight, blue's last eight
  alignas(16) std::uint8_t chroma2[3][16];  ///< the other eight
  alignas(16) std::uint8_t here[3][3][16];  ///< [register][colour]: 255 where that colour lies
};

inline constexpr Places kPlaces = [] {
  Places places{};
  for (unsigned c = 0; c < 3; ++c) {
    for (unsigned i = 0; i < 16; ++i) {
      const unsigned at = (3 * i + c) % 16;
      places.luma[c][at] = static_cast<std::uint8_t>(i);
      places.chroma[c][at] = static_cast<std::uint8_t>(i / 2 + (c == 2 ? 8 : 0));
      places.chroma2[c][at] = static_cast<std::uint8_t>(i / 2 + 8);
      places.here[(3 * i + c) / 16][c][at] = 255;
    }
  }
  return places;
}();

P3A_AVX2_INLINE __m256i twice(const std::uint8_t (&bytes)[16]) {
  return _mm256_broadcastsi128_si256(_mm_load_si128(reinterpret_cast<const __m128i*>(bytes)));
}

// The constants, times 2^16: as libjpeg has them, less the whole numbers that are added by
// themselves.
constexpr int kRedCr = 91881 - 65536, kGreenCb = -22554, kGreenCr = 65536 - 46802,
              kBlueCb = 116130 - 2 * 65536;

// (cb × by_cb + cr × by_cr) / 2^16, rounded.
P3A_AVX2_INLINE __m256i weigh(__m256i cb, __m256i cr, int by_cb, int by_cr) {
  const __m256i by = _mm256_set1_epi32((by_cb & 0xFFFF) | by_cr << 16);
  const __m256i half = _mm256_set1_epi32(1 << 15);
  const __m256i low = _mm256_madd_epi16(_mm256_unpacklo_epi16(cb, cr), by);
  const __m256i high = _mm256_madd_epi16(_mm256_unpackhi_epi16(cb, cr), by);
  return _mm256_packs_epi32(_mm256_srai_epi32(_mm256_add_epi32(low, half), 16),
                            _mm256_srai_epi32(_mm256_add_epi32(high, half), 16));
}

/// `chroma`: Cb and Cr.
P3A_AVX2_INLINE void read_chroma(const dct::SamplePair& chroma, ChromaRows& out) {
  const __m256i zero = _mm256_setzero_si256();
#pragma GCC unroll 4
  for (int i = 0; i < 4; ++i) {
    const __m256i cb = _mm256_cvtepi8_epi16(_mm256_castsi256_si128(chroma.rows[i]));
    const __m256i cr = _mm256_cvtepi8_epi16(_mm256_extracti128_si256(chroma.rows[i], 1));
    const __m256i red = _mm256_add_epi16(cr, weigh(cb, cr, 0, kRedCr));
    const __m256i green = _mm256_sub_epi16(weigh(cb, cr, kGreenCb, kGreenCr), cr);
    const __m256i blue = _mm256_add_epi16(_mm256_add_epi16(cb, cb), weigh(cb, cr, kBlueCb, 0));
    const __m256i added = _mm256_packus_epi16(red, blue);
    const __m256i taken =
        _mm256_packus_epi16(_mm256_sub_epi16(zero, red), _mm256_sub_epi16(zero, blue));
    const __m256i greens = _mm256_packus_epi16(green, _mm256_sub_epi16(zero, green));
    _mm256_store_si256(reinterpret_cast<__m256i*>(out.red_blue_added[2 * i]), added);
    _mm256_store_si256(reinterpret_cast<__m256i*>(out.red_blue_taken[2 * i]), taken);
    _mm256_store_si256(reinterpret_cast<__m256i*>(out.green[2 * i]), greens);
  }
}

// A colour's bytes, where they shall lie.
template <int kColor>
P3A_AVX2_INLINE __m256i shade(__m256i luma, __m256i added, const std::uint8_t (&added_at)[3][16],
                              __m256i taken, const std::uint8_t (&taken_at)[3][16]) {
  const __m256i bright = _mm256_shuffle_epi8(luma, twice(kPlaces.luma[kColor]));
  return _mm256_subs_epu8(
      _mm256_adds_epu8(bright, _mm256_shuffle_epi8(added, twice(added_at[kColor]))),
      _mm256_shuffle_epi8(taken, twice(taken_at[kColor])));
}

template <int kRegister>
P3A_AVX2_INLINE __m256i mix(__m256i red, __m256i green, __m256i blue) {
  const __m256i rg = _mm256_blendv_epi8(red, green, twice(kPlaces.here[kRegister][1]));
  return _mm256_blendv_epi8(rg, blue, twice(kPlaces.here[kRegister][2]));
}

P3A_AVX2_INLINE void store_row(__m256i first, __m128i last, std::uint8_t* out) {
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(out), first);
  _mm_storeu_si128(reinterpret_cast<__m128i*>(out + 32), last);
}

/// `luma`: of sixteen pixels, then of those below. Writes 48 bytes to `out`, and 48 `stride` below.
P3A_AVX2_INLINE void write_two_rows(__m256i luma, const ChromaRows& chroma, int row,
                                    std::uint8_t* out, std::size_t stride) {
  const __m256i red_blue_added = twice(chroma.red_blue_added[row]);
  const __m256i red_blue_taken = twice(chroma.red_blue_taken[row]);
  const __m256i greens = twice(chroma.green[row]);
  const __m256i red =
      shade<0>(luma, red_blue_added, kPlaces.chroma, red_blue_taken, kPlaces.chroma);
  const __m256i green = shade<1>(luma, greens, kPlaces.chroma, greens, kPlaces.chroma2);
  const __m256i blue =
      shade<2>(luma, red_blue_added, kPlaces.chroma, red_blue_taken, kPlaces.chroma);
  const __m256i a = mix<0>(red, green, blue);
  const __m256i b = mix<1>(red, green, blue);
  const __m256i c = mix<2>(red, green, blue);
  store_row(_mm256_permute2x128_si256(a, b, 0x20), _mm256_castsi256_si128(c), out);
  store_row(_mm256_permute2x128_si256(a, b, 0x31), _mm256_extracti128_si256(c, 1), out + stride);
}

/// Eight rows of sixteen pixels: `luma` is their left and their right half, `first_row` the row of
/// chroma that belongs to their top.
P3A_AVX2_INLINE void write_rows(const dct::SamplePair& luma, const ChromaRows& chroma,
                                int first_row, std::uint8_t* out, std::size_t stride) {
  const __m256i middle = _mm256_set1_epi8(-128);
#pragma GCC unroll 4
  for (int i = 0; i < 4; ++i) {
    const __m256i rows = _mm256_permute4x64_epi64(luma.rows[i], 0b11011000);  // 0 2 1 3
    write_two_rows(_mm256_xor_si256(rows, middle), chroma, first_row + i, out, stride);
    out += 2 * stride;
  }
}

}  // namespace p3a::jpeg::ycc

#endif
