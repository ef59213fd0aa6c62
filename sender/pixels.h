// Pixels on their way out: tightly described, top row first.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/base/error.h"
#include "core/base/geometry.h"
#include "include/p3a/p3a.hpp"

namespace p3a::sender {

constexpr std::size_t bytes_per_pixel(InputFormat format) {
  switch (format) {
    case InputFormat::kRgb888:
      return 3;
    case InputFormat::kRgb565:
      return 2;
    default:
      return 4;
  }
}

/// `data`: the top left pixel; rows lie `stride` bytes apart, downwards. Not owned.
struct Pixels {
  const std::uint8_t* data = nullptr;
  Size size;
  std::size_t stride = 0;
  InputFormat format = InputFormat::kRgb888;

  const std::uint8_t* row(std::uint32_t y) const { return data + y * stride; }
};

/// A caller's picture, checked: `top` is its top left pixel and `step` leads one row down.
struct CheckedView {
  const std::uint8_t* top = nullptr;
  std::ptrdiff_t step = 0;
  Size size;
  InputFormat format = InputFormat::kRgb888;

  std::size_t row_bytes() const { return size.width * bytes_per_pixel(format); }
};

/// Error: kInvalidValue with a sentence for the caller's author.
Result<CheckedView> check(const PixelView& view);

/// Writes `width` pixels as R,G,B; `reversed`: from right to left.
void to_rgb_row(const std::uint8_t* from, InputFormat format, std::uint32_t width, bool reversed,
                std::uint8_t* rgb);

}  // namespace p3a::sender
