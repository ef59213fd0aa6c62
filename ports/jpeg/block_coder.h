// A pair of blocks from coefficients to bits: divided, put into zigzag order and written as Huffman
// codes (ITU T.81, F.1.2). Exactly libjpeg's numbers.
#pragma once

#include <array>
#include <bit>

#include "ports/jpeg/avx2.h"
#include "ports/jpeg/bit_writer.h"
#include "ports/jpeg/standard_tables.h"
#include "ports/jpeg/zigzag.h"

namespace p3a::jpeg {

/// A symbol's code, shifted up for the bits of the number that follows, and the length of both.
struct Code {
  std::uint32_t bits = 0;
  std::uint32_t length = 0;
};
using CodeTable = std::array<Code, 256>;  ///< by symbol: zeros before it << 4 | bits of the number

constexpr CodeTable make_codes(const StandardCodes& huffman) {
  CodeTable table{};
  std::uint32_t code = 0;
  std::size_t at = 0;
  for (std::uint32_t length = 1; length <= 16; ++length, code <<= 1) {
    for (int i = 0; i < huffman.counts[length - 1]; ++i, ++code) {
      const std::uint8_t symbol = huffman.symbols[at++];
      const std::uint32_t extra = symbol & 15;
      table[symbol] = {code << extra, length + extra};
    }
  }
  return table;
}

inline constexpr CodeTable kLumaDcCodes = make_codes(kLumaDc), kLumaAcCodes = make_codes(kLumaAc),
                           kChromaDcCodes = make_codes(kChromaDc),
                           kChromaAcCodes = make_codes(kChromaAc);

/// What the coefficients of one kind of component, × 8, are divided by.
struct Divisors {
  explicit Divisors(const QuantTable& quant) {
    for (std::size_t i = 0; i < 64; ++i) {
      // n / d = n × ⌈2^(16 + s) / d⌉ >> (16 + s), exact for n < 2^15 where 2^s < d <= 2^(s + 1).
      const unsigned divisor = quant[i] * 8u;
      const auto s = static_cast<unsigned>(std::bit_width(divisor - 1)) - 1;
      for (const std::size_t at : {i + i / 8 * 8, i + i / 8 * 8 + 8}) {
        half[at] = static_cast<std::uint16_t>(divisor / 2);
        reciprocal[at] = static_cast<std::uint16_t>(((1u << (16 + s)) + divisor - 1) / divisor);
        scale[at] = static_cast<std::uint16_t>(1u << (16 - s));
      }
    }
  }

  /// Each row twice, for two blocks.
  alignas(32) std::array<std::uint16_t, 128> half, reciprocal, scale;
};

#if P3A_HAVE_AVX2

/// Two blocks in zigzag order.
struct ZigzagPair {
  /// Of a number that is not negative the number itself, else it less one: the lower bits are those
  /// that are written.
  alignas(32) std::int16_t bits[2][64];
  std::uint64_t nonzero[2];  ///< a bit for each
};

P3A_AVX2_INLINE __m256i load_row(const std::array<std::uint16_t, 128>& table, std::size_t row) {
  return _mm256_load_si256(reinterpret_cast<const __m256i*>(&table[row * 16]));
}

/// Divides by the quantisation, to the nearest, halves away from zero.
P3A_AVX2_INLINE void quantize(__m256i rows[8], const Divisors& divisors) {
  for (std::size_t i = 0; i < 8; ++i) {
    const __m256i size = _mm256_add_epi16(_mm256_abs_epi16(rows[i]), load_row(divisors.half, i));
    const __m256i quotient = _mm256_mulhi_epu16(
        _mm256_mulhi_epu16(size, load_row(divisors.reciprocal, i)), load_row(divisors.scale, i));
    rows[i] = _mm256_sign_epi16(quotient, rows[i]);
  }
}

/// Which bytes of row kRow stand where in the zigzag order's numbers 8 × kOut to 8 × kOut + 7.
template <int kOut, int kRow>
struct ZigzagShuffle {
  alignas(32) static constexpr std::array<std::uint8_t, 32> kBytes = [] {
    std::array<std::uint8_t, 32> bytes{};
    for (unsigned i = 0; i < 16; ++i) {
      const unsigned from = kZigzag[kOut * 8 + i % 8];
      const bool here = from / 8 == kRow;
      bytes[2 * i] = static_cast<std::uint8_t>(here ? from % 8 * 2 : 0x80);
      bytes[2 * i + 1] = static_cast<std::uint8_t>(here ? from % 8 * 2 + 1 : 0x80);
    }
    return bytes;
  }();
  static constexpr bool kAny = [] {
    for (const std::uint8_t byte : kBytes)
      if (byte != 0x80) return true;
    return false;
  }();
};

template <int kOut, int kRow = 0>
P3A_AVX2_INLINE __m256i gather_row(const __m256i rows[8]) {
  if constexpr (kRow == 8) {
    return _mm256_setzero_si256();
  } else if constexpr (!ZigzagShuffle<kOut, kRow>::kAny) {
    return gather_row<kOut, kRow + 1>(rows);
  } else {
    const __m256i mask = _mm256_load_si256(
        reinterpret_cast<const __m256i*>(ZigzagShuffle<kOut, kRow>::kBytes.data()));
    return _mm256_or_si256(_mm256_shuffle_epi8(rows[kRow], mask), gather_row<kOut, kRow + 1>(rows));
  }
}

/// Eight numbers of both blocks in zigzag order, and their bits to their places.
template <int kOut>
P3A_AVX2_INLINE __m256i zigzag_row(const __m256i rows[8], ZigzagPair& out) {
  const __m256i numbers = gather_row<kOut>(rows);
  const __m256i bits = _mm256_add_epi16(numbers, _mm256_srai_epi16(numbers, 15));
  _mm_store_si128(reinterpret_cast<__m128i*>(out.bits[0] + 8 * kOut), _mm256_castsi256_si128(bits));
  _mm_store_si128(reinterpret_cast<__m128i*>(out.bits[1] + 8 * kOut),
                  _mm256_extracti128_si256(bits, 1));
  return numbers;
}

/// Bit i is set where byte i is zero.
P3A_AVX2_INLINE std::uint64_t zero_bytes(__m256i bytes) {
  const __m256i zero = _mm256_cmpeq_epi8(bytes, _mm256_setzero_si256());
  return static_cast<std::uint32_t>(_mm256_movemask_epi8(zero));
}

P3A_AVX2_INLINE void zigzag(const __m256i rows[8], ZigzagPair& out) {
  const __m256i first = _mm256_packs_epi16(zigzag_row<0>(rows, out), zigzag_row<1>(rows, out));
  const __m256i second = _mm256_packs_epi16(zigzag_row<2>(rows, out), zigzag_row<3>(rows, out));
  const __m256i third = _mm256_packs_epi16(zigzag_row<4>(rows, out), zigzag_row<5>(rows, out));
  const __m256i fourth = _mm256_packs_epi16(zigzag_row<6>(rows, out), zigzag_row<7>(rows, out));
  constexpr int kLow = 0x20, kHigh = 0x31;  // a block's halves
  out.nonzero[0] = ~(zero_bytes(_mm256_permute2x128_si256(first, second, kLow)) |
                     zero_bytes(_mm256_permute2x128_si256(third, fourth, kLow)) << 32);
  out.nonzero[1] = ~(zero_bytes(_mm256_permute2x128_si256(first, second, kHigh)) |
                     zero_bytes(_mm256_permute2x128_si256(third, fourth, kHigh)) << 32);
}

/// The bits that a number takes, of which ZigzagPair::bits are given.
P3A_AVX2_INLINE unsigned bit_count(int bits) {
  return 32 - _lzcnt_u32(static_cast<std::uint32_t>(bits ^ bits >> 31));
}

P3A_AVX2_INLINE void write_number(BitWriter& writer, Code code, int bits, unsigned count) {
  writer.put(code.bits | _bzhi_u32(static_cast<std::uint32_t>(bits), count), code.length);
}

/// `last_dc` is the component's.
P3A_AVX2_INLINE void write_block(BitWriter& writer, const CodeTable& dc_codes,
                                 const CodeTable& ac_codes, const std::int16_t* bits,
                                 std::uint64_t nonzero, int& last_dc) {
  const int dc = bits[0] - (bits[0] >> 15);
  const int difference = dc - last_dc;
  last_dc = dc;
  const int dc_bits = difference + (difference >> 31);
  write_number(writer, dc_codes[bit_count(dc_bits)], dc_bits, bit_count(dc_bits));

  unsigned last = 0;
  for (nonzero &= ~std::uint64_t{1}; nonzero != 0; nonzero &= nonzero - 1) {
    const auto at = static_cast<unsigned>(_tzcnt_u64(nonzero));
    unsigned zeros = at - last - 1;
    last = at;
    for (; zeros > 15; zeros -= 16) writer.put(ac_codes[0xF0].bits, ac_codes[0xF0].length);
    const unsigned count = bit_count(bits[at]);
    write_number(writer, ac_codes[zeros << 4 | count], bits[at], count);
  }
  if (last != 63) writer.put(ac_codes[0].bits, ac_codes[0].length);
}
#endif

}  // namespace p3a::jpeg
