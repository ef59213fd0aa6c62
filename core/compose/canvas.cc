#include "core/compose/canvas.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "core/compose/row_ops.h"
#include "core/compose/turned_canvas.h"

namespace p3a {

ToneCurve make_tone_curve(float gamma, float brightness) {
  const float exponent = std::isnan(gamma) ? 1.0F : std::clamp(gamma, 0.1F, 5.0F);
  const float factor = std::isnan(brightness) ? 1.0F : std::clamp(brightness, 0.0F, 1.0F);
  ToneCurve tone;
  std::uint8_t previous = 0;
  for (std::size_t i = 0; i < tone.levels.size(); ++i) {
    const float level = 255.0F * factor * std::pow(static_cast<float>(i) / 255.0F, exponent);
    previous = std::max(previous, static_cast<std::uint8_t>(std::lround(level)));
    tone.levels[i] = previous;
    if (previous != i) tone.identity = false;
  }
  return tone;
}

Rgb through(const ToneCurve& tone, Rgb color) {
  if (tone.identity) return color;
  return {tone.levels[color.r], tone.levels[color.g], tone.levels[color.b]};
}

void fill(const Canvas& canvas, Rgb color, const ToneCurve& tone) {
  TurnedCanvas(canvas).fill_rect({0, 0, canvas.size.width, canvas.size.height},
                                 through(tone, color));
}

void to_rgb888(const Canvas& canvas, ByteSpan out) {
  std::uint8_t* to = out.data();
  for (std::uint32_t y = 0; y < canvas.size.height; ++y) {
    const std::uint8_t* from = canvas.row(y);
    const std::size_t row_bytes = std::size_t{canvas.size.width} * 3;
    if (canvas.format == PixelFormat::kRgb888) {
      std::memcpy(to, from, row_bytes);
    } else {
      rows::unpack_rgb565_row(from, canvas.size.width, to);
    }
    to += row_bytes;
  }
}

}  // namespace p3a
