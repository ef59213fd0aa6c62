#include "sender/art_rows.h"

#include <cstring>

namespace p3a::sender {

p3x::RgbPicture ArtRows::take(const Pixels& pixels) {
  given_ = pixels;
  complete_ = pixels.format == InputFormat::kRgb888;
  if (complete_) return {pixels.data, pixels.size, pixels.stride};
  const Size size = pixels.size;
  const std::size_t row_bytes = size.width * bytes_per_pixel(pixels.format);
  const std::size_t stride = size.width * std::size_t{3};
  rgb_.resize(stride * size.height);
  row_of_.resize(size.height);
  std::uint32_t first = 0;
  for (std::uint32_t y = 0; y < size.height; ++y) {
    const bool repeats = y > 0 && std::memcmp(pixels.row(y), pixels.row(y - 1), row_bytes) == 0;
    if (!repeats) {
      first = y;
      to_rgb_row(pixels.row(y), pixels.format, size.width, false, rgb_.data() + y * stride);
    }
    row_of_[y] = static_cast<std::uint16_t>(first);
  }
  return {rgb_.data(), size, stride, row_of_.data()};
}

Pixels ArtRows::whole() {
  if (given_.format == InputFormat::kRgb888) return given_;
  const Size size = given_.size;
  const std::size_t stride = size.width * std::size_t{3};
  for (std::uint32_t y = 0; y < size.height && !complete_; ++y) {
    if (row_of_[y] != y)
      std::memcpy(rgb_.data() + y * stride, rgb_.data() + row_of_[y] * stride, stride);
  }
  complete_ = true;
  return {rgb_.data(), size, stride, InputFormat::kRgb888};
}

}  // namespace p3a::sender
