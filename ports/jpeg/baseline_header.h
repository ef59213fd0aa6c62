// The head of the JPEG files that live pictures are: baseline, Huffman, YCbCr 4:2:0 in one scan.
//
// Strict on purpose: whatever is not that, or is odd in any way, is nothing here, and libjpeg-turbo
// takes it and says what is wrong with it. What is found points into the file, which must outlive
// it. Plain values; any thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "core/base/bytes.h"
#include "core/base/geometry.h"

namespace p3a::jpeg {

/// Steps of quantisation, row by row.
using QuantSteps = std::array<std::uint16_t, 64>;

/// A Huffman table as the file tells it (ITU T.81, B.2.4.2): codes of 1 to 16 bits, in order.
struct HuffmanCode {
  std::array<std::uint16_t, 17> counts{};  ///< codes of that many bits; of no bits, none
  ByteView symbols;                        ///< as many as there are codes
};

struct BaselineHeader {
  /// Y, Cb, Cr.
  static constexpr std::size_t kComponents = 3;

  Size size;
  std::array<QuantSteps, kComponents> quant;
  std::array<HuffmanCode, kComponents> dc;
  std::array<HuffmanCode, kComponents> ac;
  ByteView scan;  ///< from the first coded byte to before the end marker, which ends the file

  static std::optional<BaselineHeader> parse(ByteView file);
};

}  // namespace p3a::jpeg
