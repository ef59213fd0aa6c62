// The forward DCT of two blocks at once, bit for bit libjpeg's "islow". Only where has_avx2().
#pragma once

#include "ports/jpeg/dct.h"

#if P3A_HAVE_AVX2

#include <cstdint>

namespace p3a::jpeg::dct {

/// One dimension, of 16 columns at once. The first pass keeps two bits more than the second.
template <bool kFirst>
P3A_AVX2_INLINE void forward_pass(Row (&v)[8]) {
  constexpr int kShift = kFirst ? 11 : 15;
  Row sum[4], difference[4];
  for (int i = 0; i < 4; ++i) {
    sum[i] = _mm256_add_epi16(v[i], v[7 - i]);
    difference[i] = _mm256_sub_epi16(v[i], v[7 - i]);
  }
  const Row s03 = _mm256_add_epi16(sum[0], sum[3]), d03 = _mm256_sub_epi16(sum[0], sum[3]);
  const Row s12 = _mm256_add_epi16(sum[1], sum[2]), d12 = _mm256_sub_epi16(sum[1], sum[2]);
  const Row all = _mm256_add_epi16(s03, s12), half = _mm256_sub_epi16(s03, s12);
  if constexpr (kFirst) {
    v[0] = _mm256_slli_epi16(all, 2);
    v[4] = _mm256_slli_epi16(half, 2);
  } else {
    const Row round = _mm256_set1_epi16(2);
    v[0] = _mm256_srai_epi16(_mm256_add_epi16(all, round), 2);
    v[4] = _mm256_srai_epi16(_mm256_add_epi16(half, round), 2);
  }
  const Row half_unit = _mm256_set1_epi32(1 << (kShift - 1));
  const Wide round{half_unit, half_unit};
  const Wide even = interleave(d03, d12);
  v[2] = narrow(shift<kShift>(add(weigh(even, k0541 + k0765, k0541), round)));
  v[6] = narrow(shift<kShift>(add(weigh(even, k0541, k0541 - k1847), round)));

  const Row* d = difference;
  const Wide d30 = interleave(d[3], d[0]), d21 = interleave(d[2], d[1]);
  const Wide z = interleave(_mm256_add_epi16(d[3], d[1]), _mm256_add_epi16(d[2], d[0]));
  const Wide z3 = add(weigh(z, k1175 - k1961, k1175), round);
  const Wide z4 = add(weigh(z, k1175, k1175 - k0390), round);
  v[7] = narrow(shift<kShift>(add(weigh(d30, k0298 - k0899, -k0899), z3)));
  v[5] = narrow(shift<kShift>(add(weigh(d21, k2053 - k2562, -k2562), z4)));
  v[3] = narrow(shift<kShift>(add(weigh(d21, -k2562, k3072 - k2562), z3)));
  v[1] = narrow(shift<kShift>(add(weigh(d30, -k0899, k1501 - k0899), z4)));
}

/// In which order a row's samples stand.
struct ColumnOrder {
  std::uint8_t column[8];
};

/// Samples less 128 to coefficients × 8, row by row and in their natural order.
template <ColumnOrder kOrder>
P3A_AVX2_INLINE void forward(const Row samples[8], Row (&v)[8]) {
  Row columns[8];
  for (int i = 0; i < 8; ++i) columns[i] = samples[i];
  transpose(columns);
  for (int i = 0; i < 8; ++i) v[kOrder.column[i]] = columns[i];
  forward_pass<true>(v);
  transpose(v);
  forward_pass<false>(v);
}

}  // namespace p3a::jpeg::dct

#endif
