// A canvas as the viewer sees it: turned clockwise, so that nobody else has to think about
// rotation.
//
// Coordinates are those of the upright picture: (0,0) is its top left corner, and size() is
// transposed for 90 and 270 degrees. Colours are written as they are; the tone curve is the
// caller's. Does not own the pixels.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/compose/canvas.h"

namespace p3a {

class TurnedCanvas {
 public:
  TurnedCanvas() = default;
  /// Implicit, so that a plain canvas may be drawn upon.
  TurnedCanvas(const Canvas& canvas, Rotation rotation = Rotation::k0);

  Size size() const { return size_; }
  PixelFormat format() const { return format_; }

  /// Fills what of the rectangle lies on the canvas.
  void fill_rect(Rect rect, Rgb color) const;

  /// Writes the same `width` pixels of R,G,B from (x, y) to the right on `count` rows, y and below;
  /// all of them lie on the canvas.
  void write_rows(std::uint32_t x, std::uint32_t y, std::uint32_t count, const std::uint8_t* rgb,
                  std::uint32_t width) const;
  /// The same with pixels that are in the canvas' format already.
  void write_pixels(std::uint32_t x, std::uint32_t y, std::uint32_t count,
                    const std::uint8_t* pixels, std::uint32_t width) const;

 private:
  std::uint8_t* pixel(std::uint32_t x, std::uint32_t y) const {
    return origin_ + static_cast<std::ptrdiff_t>(x) * x_step_ +
           static_cast<std::ptrdiff_t>(y) * y_step_;
  }

  std::uint8_t* origin_ = nullptr;  // the pixel at (0,0)
  std::ptrdiff_t x_step_ = 0;       // bytes to the pixel at the right
  std::ptrdiff_t y_step_ = 0;       // bytes to the pixel below
  Size size_;
  PixelFormat format_ = PixelFormat::kRgb888;
  bool sideways_ = false;  // rows of the picture are columns of the canvas
};

}  // namespace p3a
