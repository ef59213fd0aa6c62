// The inverse DCT of two blocks at once, bit for bit that of libjpeg-turbo's SIMD ("islow").
//
// First down the columns, then along the rows. As in libjpeg-turbo, sums of two inputs wrap at 16
// bits and what lies between the passes saturates there; multiplications are regrouped by pairs for
// pmaddwd. Coefficients after dequantisation are at most kMaxCoefficient. Only where has_avx2().
#pragma once

#include <cstdint>

#include "ports/jpeg/dct.h"

#if P3A_HAVE_AVX2

namespace p3a::jpeg::dct {

/// Coefficients by rows: eight of one block, then eight of the other.
struct alignas(32) BlockPair {
  std::int16_t at[8][16];
};

/// Samples less 128 of both blocks: rows 2i and 2i+1 of one, then of the other.
struct SamplePair {
  __m256i rows[4];
};

/// Eight numbers of each column, and the half that is the same at both ends of it.
struct Halves {
  Wide even[4], odd[4];
};

/// Of eight inputs.
P3A_AVX2_INLINE Halves transform(const Row (&in)[8]) {
  const Wide in26 = interleave(in[2], in[6]);
  const Wide even2 = weigh(in26, k0541, k0541 - k1847);
  const Wide even3 = weigh(in26, k0541 + k0765, k0541);
  const Wide sums = interleave(_mm256_add_epi16(in[0], in[4]), _mm256_sub_epi16(in[0], in[4]));
  const Wide even0 = weigh(sums, kOne, 0), even1 = weigh(sums, 0, kOne);

  const Wide z = interleave(_mm256_add_epi16(in[7], in[3]), _mm256_add_epi16(in[5], in[1]));
  const Wide z3 = weigh(z, k1175 - k1961, k1175), z4 = weigh(z, k1175, k1175 - k0390);
  const Wide in71 = interleave(in[7], in[1]), in53 = interleave(in[5], in[3]);
  return {
      {add(even0, even3), add(even1, even2), subtract(even1, even2), subtract(even0, even3)},
      {add(weigh(in71, -k0899, k1501 - k0899), z4), add(weigh(in53, -k2562, k3072 - k2562), z3),
       add(weigh(in53, k2053 - k2562, -k2562), z4), add(weigh(in71, k0298 - k0899, -k0899), z3)}};
}

/// The same where inputs 4 to 7 are 0.
P3A_AVX2_INLINE Halves transform(const Row (&in)[4]) {
  const Wide in02 = interleave(in[0], in[2]), in13 = interleave(in[1], in[3]);
  constexpr int kZ33 = k1175 - k1961, kZ44 = k1175 - k0390;
  return {{weigh(in02, kOne, k0541 + k0765), weigh(in02, kOne, k0541), weigh(in02, kOne, -k0541),
           weigh(in02, kOne, -k0541 - k0765)},
          {weigh(in13, k1501 - k0899 + kZ44, k1175), weigh(in13, k1175, k3072 - k2562 + kZ33),
           weigh(in13, kZ44, k1175 - k2562), weigh(in13, k1175 - k0899, kZ33)}};
}

/// The eight outputs, rounded to whole numbers.
template <int kShift>
P3A_AVX2_INLINE void combine(const Halves& halves, Wide (&out)[8]) {
  const __m256i round = _mm256_set1_epi32(1 << (kShift - 1));
#pragma GCC unroll 4
  for (int i = 0; i < 4; ++i) {
    const Wide even = add(halves.even[i], {round, round});
    out[i] = shift<kShift>(add(even, halves.odd[i]));
    out[7 - i] = shift<kShift>(subtract(even, halves.odd[i]));
  }
}

/// Samples by rows, of columns.
P3A_AVX2_INLINE SamplePair to_samples(const Wide (&columns)[8]) {
  __m256i bytes[4];
#pragma GCC unroll 4
  for (int i = 0; i < 4; ++i) {
    bytes[i] = _mm256_packs_epi16(narrow(columns[i]), narrow(columns[i + 4]));
  }
  const __m256i a = _mm256_unpacklo_epi8(bytes[0], bytes[1]);  // columns 0 and 1
  const __m256i b = _mm256_unpackhi_epi8(bytes[0], bytes[1]);  // 4 and 5
  const __m256i c = _mm256_unpacklo_epi8(bytes[2], bytes[3]);  // 2 and 3
  const __m256i d = _mm256_unpackhi_epi8(bytes[2], bytes[3]);  // 6 and 7
  const __m256i left_upper = _mm256_unpacklo_epi16(a, c), left_lower = _mm256_unpackhi_epi16(a, c);
  const __m256i right_upper = _mm256_unpacklo_epi16(b, d),
                right_lower = _mm256_unpackhi_epi16(b, d);
  return {{_mm256_unpacklo_epi32(left_upper, right_upper),
           _mm256_unpackhi_epi32(left_upper, right_upper),
           _mm256_unpacklo_epi32(left_lower, right_lower),
           _mm256_unpackhi_epi32(left_lower, right_lower)}};
}

constexpr int kFirstShift = 11;   // leaves two bits behind the point
constexpr int kSecondShift = 18;  // none, and an eighth of the value

P3A_AVX2_INLINE Row dequantised_row(const BlockPair& blocks, const BlockPair& steps, int row) {
  const auto* const at = reinterpret_cast<const __m256i*>(blocks.at[row]);
  const auto* const by = reinterpret_cast<const __m256i*>(steps.at[row]);
  return _mm256_mullo_epi16(_mm256_load_si256(at), _mm256_load_si256(by));
}

/// `steps`: of quantisation.
P3A_AVX2_INLINE SamplePair inverse(const BlockPair& blocks, const BlockPair& steps) {
  Row rows[8];
#pragma GCC unroll 8
  for (int i = 0; i < 8; ++i) rows[i] = dequantised_row(blocks, steps, i);
  Wide out[8];
  combine<kFirstShift>(transform(rows), out);
#pragma GCC unroll 8
  for (int i = 0; i < 8; ++i) rows[i] = narrow(out[i]);
  transpose(rows);
  combine<kSecondShift>(transform(rows), out);
  return to_samples(out);
}

/// The same where only the four lowest frequencies of both directions are not 0.
P3A_AVX2_INLINE SamplePair inverse_of_lowest(const BlockPair& blocks, const BlockPair& steps) {
  const Row rows[4] = {dequantised_row(blocks, steps, 0), dequantised_row(blocks, steps, 1),
                       dequantised_row(blocks, steps, 2), dequantised_row(blocks, steps, 3)};
  Wide out[8];
  combine<kFirstShift>(transform(rows), out);
  Row pairs[4];  // rows i and i + 4, columns 0 to 3 of each
#pragma GCC unroll 4
  for (int i = 0; i < 4; ++i) pairs[i] = _mm256_packs_epi32(out[i].low, out[i + 4].low);
  const Wide rows01 = interleave(pairs[0], pairs[1]), rows23 = interleave(pairs[2], pairs[3]);
  const __m256i a = _mm256_unpacklo_epi32(rows01.low, rows23.low);  // rows 0 to 3, columns 0, 1
  const __m256i b = _mm256_unpackhi_epi32(rows01.low, rows23.low);
  const __m256i c = _mm256_unpacklo_epi32(rows01.high, rows23.high);  // rows 4 to 7
  const __m256i d = _mm256_unpackhi_epi32(rows01.high, rows23.high);
  const Row columns[4] = {_mm256_unpacklo_epi64(a, c), _mm256_unpackhi_epi64(a, c),
                          _mm256_unpacklo_epi64(b, d), _mm256_unpackhi_epi64(b, d)};
  combine<kSecondShift>(transform(columns), out);
  return to_samples(out);
}

/// The same where all but the mean is 0: one sample.
constexpr int inverse_of_mean(int coefficient) {
  const int sample = (coefficient + 4) >> 3;
  return sample < -128 ? -128 : sample > 127 ? 127 : sample;
}

}  // namespace p3a::jpeg::dct

#endif
