#include "core/compose/region.h"

namespace p3a {

Size upright_size(Size canvas, Rotation rotation) {
  const bool sideways = rotation == Rotation::k90 || rotation == Rotation::k270;
  return sideways ? canvas.transposed() : canvas;
}

Canvas part_of(const Canvas& canvas, Rotation rotation, const Rect& area) {
  const auto left = static_cast<std::uint32_t>(area.x);
  const auto top = static_cast<std::uint32_t>(area.y);
  const Size upright = upright_size(canvas.size, rotation);
  const std::uint32_t right = upright.width - left - area.width;  // pixels beside the area
  const std::uint32_t bottom = upright.height - top - area.height;
  const bool sideways = rotation == Rotation::k90 || rotation == Rotation::k270;
  std::uint32_t x = left, y = top;  // of the area's top left corner on the canvas
  switch (rotation) {
    case Rotation::k0:
      break;
    case Rotation::k90:  // the picture's left edge lies at the top, its top at the right
      x = bottom;
      y = left;
      break;
    case Rotation::k180:
      x = right;
      y = bottom;
      break;
    case Rotation::k270:  // the picture's top lies at the left, its right edge at the top
      x = top;
      y = right;
      break;
  }
  Canvas part = canvas;
  part.pixels = canvas.row(y) + x * bytes_per_pixel(canvas.format);
  part.size = sideways ? area.size().transposed() : area.size();
  return part;
}

Pixel upright_pixel(Size canvas, Rotation rotation, Pixel pixel) {
  const std::uint32_t from_right = canvas.width - 1 - pixel.x;
  const std::uint32_t from_bottom = canvas.height - 1 - pixel.y;
  switch (rotation) {
    case Rotation::k0:
      break;
    case Rotation::k90:
      return {pixel.y, from_right};
    case Rotation::k180:
      return {from_right, from_bottom};
    case Rotation::k270:
      return {from_bottom, pixel.x};
  }
  return pixel;
}

}  // namespace p3a
