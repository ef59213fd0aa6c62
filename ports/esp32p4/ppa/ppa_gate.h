// Whether the chip's pixel engine (PPA) may put a decoded picture on a canvas.
//
// It scales by whole sixteenths and cuts the rest off: 360 and 480 pixels become exactly 720, 512
// would become 704. It mixes pixels when it enlarges, so it may not where the nearest pixel is
// wanted; and its driver throws away what the processor has drawn around the picture, so that must
// cover the canvas. What is refused here is the compositor's job. Pure; any thread.
#pragma once

#include <optional>

#include "core/compose/placement.h"

namespace p3a {

struct PpaJob {
  Rect from;                        ///< of the picture; it fills the canvas
  std::uint32_t sixteenths_x = 16;  ///< the enlargement
  std::uint32_t sixteenths_y = 16;
};

/// Address and size of what the engine writes must be multiples of this: the larger cache line.
inline constexpr std::size_t kPpaAlignment = 128;

/// Nothing: not by the engine.
std::optional<PpaJob> ppa_takes(Size picture, const View& view, const Canvas& canvas);

}  // namespace p3a
