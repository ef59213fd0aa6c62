// Moving test pictures, the same for the same kind, size and time on every machine.
//
// In: which one, and the time since it began. Out: tight R,G,B,A rows, top row first, alpha 255, in
// the caller's buffer. Pure; any thread.
#pragma once

#include <optional>
#include <string_view>

#include "core/base/bytes.h"
#include "core/base/geometry.h"
#include "core/base/time.h"

namespace p3a::sender {

/// checkerboard: moves diagonally. gradient: all hues, drifting. bars: the eight colour bars and a
/// white line that runs across, which a torn picture would break. plasma: soft and everywhere in
/// motion. clock: the time since the start, and a bar that fills once a second. pixelart: few
/// colours, hard edges, 32 pixels across.
enum class Pattern : std::uint8_t { kCheckerboard, kGradient, kBars, kPlasma, kClock, kPixelart };

constexpr std::string_view kPatternNames[] = {"checkerboard", "gradient", "bars",
                                              "plasma",       "clock",    "pixelart"};

std::optional<Pattern> find_pattern(std::string_view name);

/// `rgba` has room for size.pixels() * 4 bytes. Sides are 1 to 65535.
void draw_pattern(Pattern pattern, Size size, Micros elapsed, ByteSpan rgba);

}  // namespace p3a::sender
