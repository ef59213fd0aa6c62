// A rectangle of the upright picture as a canvas of its own.
//
// Composing onto the part with the same rotation turns the picture as on the whole canvas. Does not
// own the pixels. Pure.
#pragma once

#include "core/base/geometry.h"
#include "core/compose/canvas.h"

namespace p3a {

/// The size of the picture as the viewer sees it.
Size upright_size(Size canvas, Rotation rotation);

/// `area`: in pixels of the upright picture, within it.
Canvas part_of(const Canvas& canvas, Rotation rotation, const Rect& area);

/// A pixel of the panel, in pixels of the upright picture; `canvas` is the panel's size and the
/// pixel lies within it.
struct Pixel {
  std::uint32_t x = 0;
  std::uint32_t y = 0;
  bool operator==(const Pixel&) const = default;
};
Pixel upright_pixel(Size canvas, Rotation rotation, Pixel pixel);

}  // namespace p3a
