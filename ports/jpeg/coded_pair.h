// Two blocks that lie beside each other: from the scan's bits to coefficients, and on to samples.
#pragma once

#include <array>

#include "ports/jpeg/avx2.h"
#include "ports/jpeg/huffman_decoder.h"
#include "ports/jpeg/inverse_dct.h"
#include "ports/jpeg/zigzag.h"

#if P3A_HAVE_AVX2

namespace p3a::jpeg {

/// Where a coefficient lies in a BlockPair, in the order of the file.
inline constexpr std::array<std::uint8_t, 64> kPlacesInPair = [] {
  std::array<std::uint8_t, 64> places{};
  for (std::size_t k = 0; k < 64; ++k) {
    places[k] = static_cast<std::uint8_t>(kZigzag[k] / 8 * 16 + kZigzag[k] % 8);
  }
  return places;
}();
/// Coefficients up to that one are among the four lowest of both directions.
inline constexpr int kLowest = 9;

/// Two blocks and how far their coefficients go.
struct CodedPair {
  dct::BlockPair blocks{};
  int last[2] = {0, 0};

  bool only_means() const { return (last[0] | last[1]) == 0; }
};

P3A_AVX2_INLINE void clear(dct::BlockPair& blocks, int rows) {
  for (int i = 0; i < rows; ++i) {
    _mm256_store_si256(reinterpret_cast<__m256i*>(blocks.at[i]), _mm256_setzero_si256());
  }
}

/// Samples of the pair, whose blocks are all zero afterwards but for their means.
P3A_AVX2_INLINE dct::SamplePair transform(CodedPair& pair, const dct::BlockPair& steps) {
  if (pair.only_means()) {
    const int left = pair.blocks.at[0][0] * steps.at[0][0];
    const int right = pair.blocks.at[0][8] * steps.at[0][8];
    const __m128i a = _mm_set1_epi8(static_cast<char>(dct::inverse_of_mean(left)));
    const __m128i b = _mm_set1_epi8(static_cast<char>(dct::inverse_of_mean(right)));
    const __m256i both = _mm256_set_m128i(b, a);
    return {{both, both, both, both}};
  }
  if (pair.last[0] <= kLowest && pair.last[1] <= kLowest) {
    const dct::SamplePair samples = dct::inverse_of_lowest(pair.blocks, steps);
    clear(pair.blocks, 4);
    return samples;
  }
  const dct::SamplePair samples = dct::inverse(pair.blocks, steps);
  clear(pair.blocks, 8);
  return samples;
}

/// The left or the right block of the pair, which is zero; `dc`: the last block's, which becomes
/// its own. False: the bits make no sense, or its numbers are too large for 16 bits.
P3A_AVX2_INLINE bool read_block(BitReader& in, const DcTable& dc_table, const AcTable& ac_table,
                                int& dc, int which, CodedPair& pair) {
  int difference = 0;
  if (!take_dc(in, dc_table, difference)) return false;
  dc += difference;
  if (dc > dc_table.largest || dc < -dc_table.largest) return false;
  auto* const block = reinterpret_cast<std::int16_t*>(&pair.blocks) + which * 8;
  *block = static_cast<std::int16_t>(dc);
  const int last = take_ac(in, ac_table, kPlacesInPair.data(), block);
  pair.last[which] = last;
  return last >= 0;
}

}  // namespace p3a::jpeg

#endif
