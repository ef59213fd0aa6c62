// What the two transforms share (Loeffler, Ligtenberg and Moschytz, ICASSP 1989, as libjpeg's
// "islow" does it): numbers of 16 bits in rows of eight, a block in each half of a register,
// multiplied in pairs to 32 bits with 13 behind the point. Only where has_avx2().
#pragma once

#include "ports/jpeg/avx2.h"

#if P3A_HAVE_AVX2

namespace p3a::jpeg::dct {

// The constants, times 2^13.
constexpr int kOne = 8192, k0298 = 2446, k0390 = 3196, k0541 = 4433, k0765 = 6270, k0899 = 7373,
              k1175 = 9633, k1501 = 12299, k1847 = 15137, k1961 = 16069, k2053 = 16819,
              k2562 = 20995, k3072 = 25172;

/// A row of eight numbers of one block, and of the other.
using Row = __m256i;

/// Numbers of 32 bits, or two of 16 beside each other: columns 0 to 3 and columns 4 to 7 of both
/// blocks.
struct Wide {
  __m256i low, high;
};

P3A_AVX2_INLINE Wide add(Wide a, Wide b) {
  return {_mm256_add_epi32(a.low, b.low), _mm256_add_epi32(a.high, b.high)};
}

P3A_AVX2_INLINE Wide subtract(Wide a, Wide b) {
  return {_mm256_sub_epi32(a.low, b.low), _mm256_sub_epi32(a.high, b.high)};
}

P3A_AVX2_INLINE Wide interleave(Row a, Row b) {
  return {_mm256_unpacklo_epi16(a, b), _mm256_unpackhi_epi16(a, b)};
}

/// a × by_a + b × by_b of interleaved a and b.
P3A_AVX2_INLINE Wide weigh(Wide ab, int by_a, int by_b) {
  const __m256i by =
      _mm256_set1_epi32((by_a & 0xFFFF) | static_cast<int>(static_cast<unsigned>(by_b) << 16));
  return {_mm256_madd_epi16(ab.low, by), _mm256_madd_epi16(ab.high, by)};
}

template <int kShift>
P3A_AVX2_INLINE Wide shift(Wide a) {
  return {_mm256_srai_epi32(a.low, kShift), _mm256_srai_epi32(a.high, kShift)};
}

P3A_AVX2_INLINE Row narrow(Wide a) { return _mm256_packs_epi32(a.low, a.high); }

/// Columns of the rows that both blocks have.
P3A_AVX2_INLINE void transpose(Row (&v)[8]) {
  Row a[8], b[8];
#pragma GCC unroll 4
  for (int i = 0; i < 4; ++i) {
    a[i] = _mm256_unpacklo_epi16(v[2 * i], v[2 * i + 1]);
    a[4 + i] = _mm256_unpackhi_epi16(v[2 * i], v[2 * i + 1]);
  }
#pragma GCC unroll 4
  for (int i = 0; i < 8; i += 2) {
    b[i] = _mm256_unpacklo_epi32(a[i], a[i + 1]);
    b[i + 1] = _mm256_unpackhi_epi32(a[i], a[i + 1]);
  }
#pragma GCC unroll 4
  for (int i = 0; i < 4; ++i) {
    const int from = i / 2 * 4 + i % 2;
    v[2 * i] = _mm256_unpacklo_epi64(b[from], b[from + 2]);
    v[2 * i + 1] = _mm256_unpackhi_epi64(b[from], b[from + 2]);
  }
}

}  // namespace p3a::jpeg::dct

#endif
