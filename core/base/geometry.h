// Sizes and rectangles in pixels. Plain values; y grows downwards.
#pragma once

#include <algorithm>
#include <cstdint>

namespace p3a {

struct Size {
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  bool operator==(const Size&) const = default;

  constexpr std::uint64_t pixels() const { return std::uint64_t{width} * height; }
  constexpr Size transposed() const { return {height, width}; }
};

struct Rect {
  std::int32_t x = 0;
  std::int32_t y = 0;
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  bool operator==(const Rect&) const = default;

  constexpr Size size() const { return {width, height}; }
  constexpr bool empty() const { return width == 0 || height == 0; }
  /// Whether the rectangle lies wholly on a surface of that size.
  constexpr bool within(Size surface) const {
    return x >= 0 && y >= 0 && std::uint64_t(x) + width <= surface.width &&
           std::uint64_t(y) + height <= surface.height;
  }
};

}  // namespace p3a
