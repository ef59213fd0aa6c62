#include "core/compose/turned_canvas.h"

#include <algorithm>
#include <cstring>

#include "core/compose/row_ops.h"

namespace p3a {
namespace {

/// Pixels of one colour, or in another format, that are made at a time: short enough for the stack.
constexpr std::uint32_t kPiece = 64;

/// Copies one pixel; both addresses are multiples of kAlign.
template <std::size_t kBytes, std::size_t kAlign>
void copy_pixel(const std::uint8_t* from, std::uint8_t* to) {
  std::memcpy(__builtin_assume_aligned(to, kAlign), __builtin_assume_aligned(from, kAlign), kBytes);
}

struct Steps {
  std::ptrdiff_t x;  ///< bytes to the pixel at the right
  std::ptrdiff_t y;  ///< bytes to the pixel below
};

/// Each pixel `count` times below itself, one after the other: good where rows of the picture are
/// columns of the canvas.
template <std::size_t kBytes, std::size_t kAlign>
void write_each(const std::uint8_t* pixels, std::uint32_t width, std::uint32_t count, Steps steps,
                std::uint8_t* out) {
  const std::uint8_t* const end = pixels + std::size_t{width} * kBytes;
  if (count == 1) {  // the usual case, twice as fast without the inner loop
    for (; pixels != end; pixels += kBytes, out += steps.x) {
      copy_pixel<kBytes, kAlign>(pixels, out);
    }
    return;
  }
  for (; pixels != end; pixels += kBytes, out += steps.x) {
    std::uint8_t* at = out;
    for (std::uint32_t n = 0; n < count; ++n, at += steps.y) copy_pixel<kBytes, kAlign>(pixels, at);
  }
}

void write_scattered(const std::uint8_t* pixels, std::uint32_t width, std::uint32_t count,
                     PixelFormat format, Steps steps, std::uint8_t* out) {
  if (format == PixelFormat::kRgb888) return write_each<3, 1>(pixels, width, count, steps, out);
  const auto address = [](const std::uint8_t* at) { return reinterpret_cast<std::uintptr_t>(at); };
  // With an odd stride rows begin at odd addresses.
  const bool even =
      ((address(pixels) | address(out)) & 1) == 0 && steps.x % 2 == 0 && steps.y % 2 == 0;
  if (even) return write_each<2, 2>(pixels, width, count, steps, out);
  write_each<2, 1>(pixels, width, count, steps, out);
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
  if (format_ == PixelFormat::kRgb888) return write_pixels(x, y, count, rgb, width);
  alignas(4) std::uint8_t words[kPiece * 2];
  for (std::uint32_t done = 0; done < width; done += kPiece) {
    const std::uint32_t piece = std::min(kPiece, width - done);
    rows::pack_rgb565_row(rgb + std::size_t{done} * 3, piece, words);
    write_pixels(x + done, y, count, words, piece);
  }
}

void TurnedCanvas::write_pixels(std::uint32_t x, std::uint32_t y, std::uint32_t count,
                                const std::uint8_t* pixels, std::uint32_t width) const {
  std::uint8_t* const out = pixel(x, y);
  if (sideways_) {
    return write_scattered(pixels, width, count, format_, {x_step_, y_step_}, out);
  }
  const std::size_t row_bytes = std::size_t{width} * bytes_per_pixel(format_);
  std::uint8_t* const lowest =
      x_step_ > 0 ? out : out + static_cast<std::ptrdiff_t>(width - 1) * x_step_;
  if (x_step_ > 0) {
    std::memcpy(out, pixels, row_bytes);
  } else {
    write_scattered(pixels, width, 1, format_, {x_step_, y_step_}, out);
  }
  std::uint8_t* copy = lowest;
  for (std::uint32_t n = 1; n < count; ++n) {
    copy += y_step_;
    std::memcpy(copy, lowest, row_bytes);
  }
}

}  // namespace p3a
