// Where a picture lies on a canvas.
#pragma once

#include "core/base/geometry.h"
#include "core/compose/canvas.h"

namespace p3a {

/// `target`: the rectangle of the canvas that shows picture, in whole pixels, at least 1×1, within
/// the canvas. `crop`: the part of the picture that is shown there, in the picture's pixels (the
/// whole of it but for kCover).
struct Placement {
  Rect target;
  Rect crop;
};

/// contain: the largest rectangle of the picture's shape, centred. cover: the canvas filled, the
/// rest of the picture cut off evenly. stretch: the canvas filled, shape ignored. integer: the
/// largest whole multiple that fits, centred; contain where not even one fits. Both sizes are at
/// least 1×1.
Placement place(Size picture, Size canvas, Fit fit);

}  // namespace p3a
