// The forward transform of two blocks at once, exactly libjpeg's "islow" (Loeffler, Ligtenberg and
// Moschytz, 1989, in 13 bit fixed point): a block in each half of the registers.
#pragma once

#include "ports/jpeg/avx2.h"

#if P3A_HAVE_AVX2
#include <cstdint>

namespace p3a::jpeg {

/// Rows to columns, in each half: 8 × 8 numbers of 16 bits.
P3A_AVX2_INLINE void transpose(__m256i v[8]) {
  __m256i a[8], b[8];
  for (int i = 0; i < 4; ++i) {
    a[2 * i] = _mm256_unpacklo_epi16(v[2 * i], v[2 * i + 1]);
    a[2 * i + 1] = _mm256_unpackhi_epi16(v[2 * i], v[2 * i + 1]);
  }
  for (int i = 0; i < 2; ++i) {
    b[4 * i] = _mm256_unpacklo_epi32(a[4 * i], a[4 * i + 2]);
    b[4 * i + 1] = _mm256_unpackhi_epi32(a[4 * i], a[4 * i + 2]);
    b[4 * i + 2] = _mm256_unpacklo_epi32(a[4 * i + 1], a[4 * i + 3]);
    b[4 * i + 3] = _mm256_unpackhi_epi32(a[4 * i + 1], a[4 * i + 3]);
  }
  for (int i = 0; i < 4; ++i) {
    v[2 * i] = _mm256_unpacklo_epi64(b[i], b[i + 4]);
    v[2 * i + 1] = _mm256_unpackhi_epi64(b[i], b[i + 4]);
  }
}

/// 32 bit numbers, those of the lower and of the upper four columns in each half.
struct Wide {
  __m256i low, high;
};

P3A_AVX2_INLINE Wide add(Wide a, Wide b) {
  return {_mm256_add_epi32(a.low, b.low), _mm256_add_epi32(a.high, b.high)};
}

P3A_AVX2_INLINE Wide interleave(__m256i a, __m256i b) {
  return {_mm256_unpacklo_epi16(a, b), _mm256_unpackhi_epi16(a, b)};
}

/// a × `by_a` + b × `by_b` of interleaved a and b.
P3A_AVX2_INLINE Wide weigh(Wide ab, int by_a, int by_b) {
  const __m256i by = _mm256_set1_epi32((by_b << 16) | (by_a & 0xFFFF));
  return {_mm256_madd_epi16(ab.low, by), _mm256_madd_epi16(ab.high, by)};
}

template <int kShift>
P3A_AVX2_INLINE __m256i narrow(Wide a) {
  return _mm256_packs_epi32(_mm256_srai_epi32(a.low, kShift), _mm256_srai_epi32(a.high, kShift));
}

// The constants of the paper, × 8192.
constexpr int kF0298 = 2446, kF0390 = 3196, kF0541 = 4433, kF0765 = 6270, kF0899 = 7373,
              kF1175 = 9633, kF1501 = 12299, kF1847 = 15137, kF1961 = 16069, kF2053 = 16819,
              kF2562 = 20995, kF3072 = 25172;

/// One dimension, of 16 columns at once. The first pass keeps two bits more than the second.
template <bool kFirst>
P3A_AVX2_INLINE void forward_dct_pass(__m256i v[8]) {
  constexpr int kShift = kFirst ? 11 : 15;
  __m256i sum[4], difference[4];
  for (int i = 0; i < 4; ++i) {
    sum[i] = _mm256_add_epi16(v[i], v[7 - i]);
    difference[i] = _mm256_sub_epi16(v[i], v[7 - i]);
  }
  const __m256i s03 = _mm256_add_epi16(sum[0], sum[3]), d03 = _mm256_sub_epi16(sum[0], sum[3]);
  const __m256i s12 = _mm256_add_epi16(sum[1], sum[2]), d12 = _mm256_sub_epi16(sum[1], sum[2]);
  const __m256i all = _mm256_add_epi16(s03, s12), half = _mm256_sub_epi16(s03, s12);
  if constexpr (kFirst) {
    v[0] = _mm256_slli_epi16(all, 2);
    v[4] = _mm256_slli_epi16(half, 2);
  } else {
    const __m256i round = _mm256_set1_epi16(2);
    v[0] = _mm256_srai_epi16(_mm256_add_epi16(all, round), 2);
    v[4] = _mm256_srai_epi16(_mm256_add_epi16(half, round), 2);
  }
  const __m256i half_unit = _mm256_set1_epi32(1 << (kShift - 1));
  const Wide round{half_unit, half_unit};
  const Wide even = interleave(d03, d12);
  v[2] = narrow<kShift>(add(weigh(even, kF0541 + kF0765, kF0541), round));
  v[6] = narrow<kShift>(add(weigh(even, kF0541, kF0541 - kF1847), round));

  const __m256i* d = difference;
  const Wide d30 = interleave(d[3], d[0]), d21 = interleave(d[2], d[1]);
  const Wide z = interleave(_mm256_add_epi16(d[3], d[1]), _mm256_add_epi16(d[2], d[0]));
  const Wide z3 = add(weigh(z, kF1175 - kF1961, kF1175), round);
  const Wide z4 = add(weigh(z, kF1175, kF1175 - kF0390), round);
  v[7] = narrow<kShift>(add(weigh(d30, kF0298 - kF0899, -kF0899), z3));
  v[5] = narrow<kShift>(add(weigh(d21, kF2053 - kF2562, -kF2562), z4));
  v[3] = narrow<kShift>(add(weigh(d21, -kF2562, kF3072 - kF2562), z3));
  v[1] = narrow<kShift>(add(weigh(d30, -kF0899, kF1501 - kF0899), z4));
}

/// In which order a row's samples stand.
struct ColumnOrder {
  std::uint8_t column[8];
};

/// Samples less 128 to coefficients × 8, row by row and in their natural order.
template <ColumnOrder kOrder>
P3A_AVX2_INLINE void forward_dct(const __m256i samples[8], __m256i v[8]) {
  __m256i columns[8];
  for (int i = 0; i < 8; ++i) columns[i] = samples[i];
  transpose(columns);
  for (int i = 0; i < 8; ++i) v[kOrder.column[i]] = columns[i];
  forward_dct_pass<true>(v);
  transpose(v);
  forward_dct_pass<false>(v);
}

}  // namespace p3a::jpeg
#endif
