// Rows of pixels to be encoded, and the orders that their bytes may have. Not owned.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/base/geometry.h"

namespace p3a::jpeg {

enum class PixelOrder : std::uint8_t { kRgb, kRgbx, kBgrx };

constexpr int bytes_of(PixelOrder order) { return order == PixelOrder::kRgb ? 3 : 4; }

/// Rows lie `stride` bytes apart, top row first.
struct RgbRows {
  const std::uint8_t* pixels = nullptr;
  Size size;
  std::size_t stride = 0;
  PixelOrder order = PixelOrder::kRgb;
};

}  // namespace p3a::jpeg
