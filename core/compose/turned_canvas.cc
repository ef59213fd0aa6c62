#include "core/compose/turned_canvas.h"

#include <algorithm>
#include <cstring>

#include "core/compose/row_ops.h"

namespace p3a {
namespace {

template <std::size_t kBytes>
void store(const std::uint8_t* rgb, std::uint8_t* out) {
  if constexpr (kBytes == 3) {
    out[0] = rgb[0];
    out[1] = rgb[1];
    out[2] = rgb[2];
  } else {
    rows::store_rgb565(rgb[0], rgb[1], rgb[2], out);
  }
}

/// One row along the canvas' own rows, in either direction.
template <std::size_t kBytes>
void write_along(const std::uint8_t* rgb, std::uint32_t width, std::ptrdiff_t x_step,
                 std::uint8_t* out) {
  if (x_step < 0) {
    for (std::uint32_t i = 0; i < width; ++i, rgb += 3, out += x_step) store<kBytes>(rgb, out);
  } else if constexpr (kBytes == 3) {
    std::memcpy(out, rgb, std::size_t{width} * 3);
  } else {
    rows::pack_rgb565_row(rgb, width, out);
  }
}

/// Rows that become columns of the canvas: each pixel `count` times side by side.
template <std::size_t kBytes>
void write_across(const std::uint8_t* rgb, std::uint32_t width, std::uint32_t count,
                  std::ptrdiff_t x_step, std::ptrdiff_t y_step, std::uint8_t* out) {
  for (std::uint32_t i = 0; i < width; ++i, rgb += 3, out += x_step) {
    std::uint8_t* at = out;
    for (std::uint32_t n = 0; n < count; ++n, at += y_step) store<kBytes>(rgb, at);
  }
}

}  // namespace

TurnedCanvas::TurnedCanvas(const Canvas& canvas, Rotation rotation)
    : size_(canvas.size), format_(canvas.format) {
  const auto pixel = static_cast<std::ptrdiff_t>(bytes_per_pixel(canvas.format));
  const auto stride = static_cast<std::ptrdiff_t>(canvas.stride);
  const std::ptrdiff_t last_column = (static_cast<std::ptrdiff_t>(canvas.size.width) - 1) * pixel;
  const std::ptrdiff_t last_row = (static_cast<std::ptrdiff_t>(canvas.size.height) - 1) * stride;
  switch (rotation) {
    case Rotation::k0:
      origin_ = canvas.pixels;
      x_step_ = pixel;
      y_step_ = stride;
      return;
    case Rotation::k90:  // the picture's top edge lies at the right
      origin_ = canvas.pixels + last_column;
      x_step_ = stride;
      y_step_ = -pixel;
      break;
    case Rotation::k180:
      origin_ = canvas.pixels + last_row + last_column;
      x_step_ = -pixel;
      y_step_ = -stride;
      return;
    case Rotation::k270:  // the picture's top edge lies at the left
      origin_ = canvas.pixels + last_row;
      x_step_ = -stride;
      y_step_ = pixel;
      break;
  }
  size_ = size_.transposed();
  sideways_ = true;
}

void TurnedCanvas::fill_rect(Rect rect, Rgb color) const {
  const auto clip = [](std::int64_t at, std::uint32_t limit) {
    return static_cast<std::uint32_t>(std::clamp<std::int64_t>(at, 0, limit));
  };
  const std::uint32_t left = clip(rect.x, size_.width), top = clip(rect.y, size_.height);
  const std::uint32_t right = clip(std::int64_t{rect.x} + rect.width, size_.width);
  const std::uint32_t bottom = clip(std::int64_t{rect.y} + rect.height, size_.height);
  if (left >= right || top >= bottom) return;
  // A piece of one colour at a time, short enough for the stack.
  constexpr std::uint32_t kPiece = 64;
  std::uint8_t piece[kPiece * 3];
  for (std::uint32_t i = 0; i < kPiece; ++i) {
    piece[i * 3] = color.r;
    piece[i * 3 + 1] = color.g;
    piece[i * 3 + 2] = color.b;
  }
  for (std::uint32_t x = left; x < right; x += kPiece) {
    write_rows(x, top, bottom - top, piece, std::min(kPiece, right - x));
  }
}

void TurnedCanvas::write_rows(std::uint32_t x, std::uint32_t y, std::uint32_t count,
                              const std::uint8_t* rgb, std::uint32_t width) const {
  std::uint8_t* const out = pixel(x, y);
  const bool narrow = format_ == PixelFormat::kRgb565;
  if (sideways_) {
    (narrow ? write_across<2> : write_across<3>)(rgb, width, count, x_step_, y_step_, out);
    return;
  }
  (narrow ? write_along<2> : write_along<3>)(rgb, width, x_step_, out);
  std::uint8_t* const lowest = x_step_ > 0 ? out : out + (std::ptrdiff_t{width} - 1) * x_step_;
  std::uint8_t* copy = lowest;
  for (std::uint32_t n = 1; n < count; ++n) {
    copy += y_step_;
    std::memcpy(copy, lowest, std::size_t{width} * bytes_per_pixel(format_));
  }
}

}  // namespace p3a
