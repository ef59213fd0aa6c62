#include "ports/decode/animation_canvas.h"

#include <algorithm>
#include <cstring>

namespace p3a {
namespace {

// The "over" of the APNG specification: neither side is premultiplied.
void blend_over(const std::uint8_t* source, std::uint8_t* under) {
  const std::uint32_t alpha = source[3];
  if (alpha == 0) return;
  if (alpha == 255 || under[3] == 0) {
    std::memcpy(under, source, 4);
    return;
  }
  const std::uint32_t source_share = alpha * 255;
  const std::uint32_t under_share = (255 - alpha) * under[3];
  const std::uint32_t whole = source_share + under_share;
  for (int i = 0; i < 3; ++i) {
    const std::uint32_t mixed = source[i] * source_share + under[i] * under_share;
    under[i] = static_cast<std::uint8_t>((mixed + whole / 2) / whole);
  }
  under[3] = static_cast<std::uint8_t>((whole + 127) / 255);
}

}  // namespace

Micros frame_delay(Micros written) { return written <= 10ms ? Micros(100ms) : written; }

Status AnimationCanvas::clear(Size size) {
  const std::size_t bytes = std::size_t{size.width} * size.height * 4;
  if (const Status taken = pixels_.reserve(bytes); !taken) return taken;
  std::memset(pixels_.data(), 0, bytes);
  size_ = size;
  region_ = {};
  dispose_ = Dispose::kKeep;
  return {};
}

Status AnimationCanvas::begin_frame(const Rect& region, Dispose dispose) {
  dispose_of_frame();
  region_ = region;
  dispose_ = dispose;
  if (dispose != Dispose::kPrevious) return {};
  const std::size_t row_bytes = std::size_t{region.width} * 4;
  if (const Status taken = saved_.reserve(row_bytes * region.height); !taken) return taken;
  for (std::uint32_t y = 0; y < region.height; ++y) {
    std::memcpy(saved_.data() + y * row_bytes, region_row(y), row_bytes);
  }
  return {};
}

void AnimationCanvas::put_row(std::uint32_t y, ByteView rgba, Blend blend) {
  std::uint8_t* under = region_row(y);
  const std::size_t row_bytes = std::size_t{region_.width} * 4;
  if (blend == Blend::kSource) {
    std::memcpy(under, rgba.data(), row_bytes);
    return;
  }
  for (std::size_t i = 0; i < row_bytes; i += 4) blend_over(rgba.data() + i, under + i);
}

Status AnimationCanvas::compose(const View& view, const Canvas& canvas) {
  const PictureShape shape{.rows = size_, .original = size_, .format = RowFormat::kRgba8888};
  return compose_whole(canvas, view, shape, pixels_.data(), scratch_);
}

std::uint8_t* AnimationCanvas::region_row(std::uint32_t y) {
  const auto top = static_cast<std::uint32_t>(region_.y) + y;
  const auto left = static_cast<std::uint32_t>(region_.x);
  return pixels_.data() + (std::size_t{top} * size_.width + left) * 4;
}

void AnimationCanvas::dispose_of_frame() {
  const std::size_t row_bytes = std::size_t{region_.width} * 4;
  for (std::uint32_t y = 0; y < region_.height; ++y) {
    if (dispose_ == Dispose::kBackground) std::memset(region_row(y), 0, row_bytes);
    if (dispose_ == Dispose::kPrevious) {
      std::memcpy(region_row(y), saved_.data() + y * row_bytes, row_bytes);
    }
  }
}

}  // namespace p3a
