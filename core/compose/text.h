// Words on a canvas in a small pixel font of our own: printable ASCII, 5 by 7 pixels in cells of 6
// by 8.
//
// Anything else is shown as a question mark. `scale` is the side of a font pixel in canvas pixels,
// 1 to 1024. What lies outside the canvas is cut off. Colours are written as they are (the tone
// curve is the caller's).
#pragma once

#include <cstdint>
#include <string_view>

#include "core/base/geometry.h"
#include "core/compose/canvas.h"
#include "core/compose/turned_canvas.h"

namespace p3a {

/// From one letter, or one line, to the next, at scale 1.
inline constexpr Size kTextCell{6, 8};

/// The pixels of one line of text, without the space behind its last letter.
Size text_size(std::string_view text, std::uint32_t scale);

/// Draws one line; (x, y) is the top left corner of its first letter and may lie outside the
/// canvas.
void draw_text(const TurnedCanvas& canvas, std::int32_t x, std::int32_t y, std::uint32_t scale,
               Rgb color, std::string_view text);

}  // namespace p3a
