// Pixels to the samples of a JPEG in 4:2:0, exactly as libjpeg makes them: each pixel to YCbCr
// (JFIF 1.02, 16 bit fixed point), then the colour of 2 × 2 pixels averaged, rounded up and down in
// turns.
#pragma once

#include "ports/jpeg/avx2.h"
#include "ports/jpeg/forward_dct.h"
#include "ports/jpeg/rgb_rows.h"

#if P3A_HAVE_AVX2

namespace p3a::jpeg {

/// 16 × 16 pixels, the samples less 128. In luma's rows, a block in each half; in chroma's, Cb and
/// Cr. The columns of a block stand in the order in which they fall out of the arithmetic.
struct McuSamples {
  static constexpr dct::ColumnOrder kLumaOrder = {{0, 4, 2, 6, 1, 5, 3, 7}};
  static constexpr dct::ColumnOrder kChromaOrder = {{0, 2, 1, 3, 4, 6, 5, 7}};
  __m256i luma[16];
  __m256i chroma[8];
};

/// Two bytes of each of four pixels as pairs of 16 bit numbers, in each half: pixels 0, 2, 1, 3.
template <PixelOrder kOrder>
P3A_AVX2_INLINE __m256i pick(__m256i pixels, int first, int second) {
  constexpr int kBytes = bytes_of(kOrder);
  const int pair = first | second << 16 | static_cast<int>(0x8000'8000);
  constexpr int kPixel = kBytes | kBytes << 16;
  return _mm256_shuffle_epi8(
      pixels, _mm256_broadcastsi128_si256(
                  _mm_setr_epi32(pair, pair + 2 * kPixel, pair + kPixel, pair + 3 * kPixel)));
}

/// a × `by_a` + b × `by_b` of pairs a, b.
P3A_AVX2_INLINE __m256i weigh_pairs(__m256i pairs, int by_a, int by_b) {
  return _mm256_madd_epi16(pairs, _mm256_set1_epi32((by_b << 16) | (by_a & 0xFFFF)));
}

struct YCbCr {
  __m256i y, cb, cr;
};

/// Of 8 pixels, less 128, 32 bits each with 16 behind the point. The weights are 0.299, 0.587 and
/// so on, × 65536. Green's in Y does not fit 16 bits and stands in two places; a half fits only
/// with a minus, so Cb and Cr are what is subtracted.
template <PixelOrder kOrder>
P3A_AVX2_INLINE YCbCr to_ycbcr(__m256i pixels) {
  constexpr int kRed = kOrder == PixelOrder::kBgrx ? 2 : 0, kBlue = 2 - kRed;
  constexpr int kHalf = 1 << 15, kCentre = 128 << 16;
  const __m256i red_green = pick<kOrder>(pixels, kRed, 1);
  const __m256i blue_green = pick<kOrder>(pixels, kBlue, 1);
  const __m256i y = _mm256_add_epi32(weigh_pairs(red_green, 19595, 38470 - 16384),
                                     weigh_pairs(blue_green, 7471, 16384));
  const __m256i minus_cb =
      _mm256_add_epi32(weigh_pairs(red_green, 11059, 21709), weigh_pairs(blue_green, -32768, 0));
  const __m256i minus_cr =
      _mm256_add_epi32(weigh_pairs(red_green, -32768, 27439), weigh_pairs(blue_green, 5329, 0));
  const __m256i round = _mm256_set1_epi32(kHalf - 1);
  return {_mm256_add_epi32(y, _mm256_set1_epi32(kHalf - kCentre)),
          _mm256_sub_epi32(round, minus_cb), _mm256_sub_epi32(round, minus_cr)};
}

/// What stands before the point, of a and of b in turns.
P3A_AVX2_INLINE __m256i whole_parts(__m256i a, __m256i b) {
  return _mm256_blend_epi16(_mm256_srli_epi32(a, 16), b, 0b1010'1010);
}

/// Of 16 pixels, less 128, 16 bits each: in each half pixels 0, 4, 2, 6, 1, 5, 3, 7.
template <PixelOrder kOrder>
P3A_AVX2_INLINE YCbCr row_to_ycbcr(const std::uint8_t* row) {
  constexpr int kFour = 4 * bytes_of(kOrder);
  const auto load = [](const std::uint8_t* at) {
    return _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
  };
  const YCbCr a = to_ycbcr<kOrder>(_mm256_set_m128i(load(row + 2 * kFour), load(row)));
  const YCbCr b = to_ycbcr<kOrder>(_mm256_set_m128i(load(row + 3 * kFour), load(row + kFour)));
  return {whole_parts(a.y, b.y), whole_parts(a.cb, b.cb), whole_parts(a.cr, b.cr)};
}

/// The averages of 2 × 2 of two rows, Cb in one half and Cr in the other.
P3A_AVX2_INLINE __m256i average_colour(const YCbCr& upper, const YCbCr& lower) {
  const __m256i cb = _mm256_add_epi16(upper.cb, lower.cb);
  const __m256i cr = _mm256_add_epi16(upper.cr, lower.cr);
  // Pixels 0, 4, 2, 6 and 1, 5, 3, 7.
  const __m256i four =
      _mm256_add_epi16(_mm256_unpacklo_epi64(cb, cr), _mm256_unpackhi_epi64(cb, cr));
  const __m256i round = _mm256_set1_epi64x(0x0002'0002'0001'0001);
  const __m256i averages = _mm256_srai_epi16(_mm256_add_epi16(four, round), 2);
  return _mm256_permute4x64_epi64(averages, 0b11'01'10'00);
}

/// Reads 16 × 16 pixels, of which the first `count` rows are in the picture; the last is repeated
/// below it, luma's and the averaged one. Reads 16 whole pixels of a row, and where a pixel is 3
/// bytes long, 4 bytes more.
template <PixelOrder kOrder>
P3A_AVX2_INLINE void read_mcu(const std::uint8_t* pixels, std::size_t stride, unsigned count,
                              McuSamples& samples) {
  unsigned y = 0;
  for (; y < count; y += 2) {
    const std::uint8_t* upper = pixels + y * stride;
    const YCbCr a = row_to_ycbcr<kOrder>(upper);
    const YCbCr b = row_to_ycbcr<kOrder>(y + 1 < count ? upper + stride : upper);
    samples.luma[y] = a.y;
    samples.luma[y + 1] = b.y;
    samples.chroma[y / 2] = average_colour(a, b);
  }
  for (; y < 16; y += 2) {
    samples.luma[y] = samples.luma[y + 1] = samples.luma[y - 1];
    samples.chroma[y / 2] = samples.chroma[y / 2 - 1];
  }
}

}  // namespace p3a::jpeg
#endif
