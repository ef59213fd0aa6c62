// The friendly picture of a display that has nothing to show yet: a smiling little panel, the
// project's name and what to do next.
//
// Fills the whole canvas, upright under the view's rotation and through its tone curve; the colours
// are its own. The parts take what room there is: on small panels the lines are left out first,
// then the name. No errors.
#pragma once

#include <span>
#include <string_view>

#include "core/compose/canvas.h"

namespace p3a {

/// `lines`: what to do, one sentence each, short enough to be read at a glance ("open
/// http://p3a.local:8080/"); printable ASCII, shown in the order given. Kept for the duration of
/// the call only.
void draw_splash(const Canvas& canvas, const View& view, std::span<const std::string_view> lines);

}  // namespace p3a
