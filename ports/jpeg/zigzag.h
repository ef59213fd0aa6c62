// The order in which a block's 64 coefficients stand in a JPEG (ITU T.81, figure A.6).
#pragma once

#include <array>
#include <cstdint>

namespace p3a::jpeg {

/// Position in the file to position in the block, row by row.
inline constexpr std::array<std::uint8_t, 64> kZigzag = [] {
  std::array<std::uint8_t, 64> order{};
  int x = 0, y = 0;
  for (std::uint8_t& at : order) {
    at = static_cast<std::uint8_t>(y * 8 + x);
    const bool up = (x + y) % 2 == 0;
    if (up ? x == 7 : y != 7 && x == 0) {
      ++y;
    } else if (up ? y == 0 : y == 7) {
      ++x;
    } else {
      x += up ? 1 : -1;
      y += up ? -1 : 1;
    }
  }
  return order;
}();

}  // namespace p3a::jpeg
