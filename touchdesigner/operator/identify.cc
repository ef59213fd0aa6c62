#include "touchdesigner/operator/identify.h"

#include <algorithm>

#include "core/compose/text.h"

namespace p3a::td {
namespace {

constexpr Rgb kBack{10, 30, 70};
constexpr Rgb kFront{255, 255, 255};

// The largest scale at which the line takes `part` of the width.
std::uint32_t scale_for(std::string_view line, Size size, double part) {
  const double room = size.width * part;
  const double wide = std::max(1u, text_size(line, 1).width);
  return static_cast<std::uint32_t>(std::clamp(room / wide, 1.0, size.height / 16.0 + 1));
}

void centre(const Canvas& canvas, std::string_view line, std::uint32_t scale, std::int32_t y) {
  const Size text = text_size(line, scale);
  const auto x =
      (static_cast<std::int32_t>(canvas.size.width) - static_cast<std::int32_t>(text.width)) / 2;
  draw_text(canvas, x, y, scale, kFront, line);
}

}  // namespace

PixelView draw_identity(std::string_view name, std::string_view address, Size size,
                        std::vector<std::uint8_t>& pixels) {
  pixels.assign(size.pixels() * 3, 0);
  const Canvas canvas{.pixels = pixels.data(),
                      .size = size,
                      .stride = std::size_t{size.width} * 3,
                      .format = PixelFormat::kRgb888};
  fill(canvas, kBack, make_tone_curve(1, 1));
  const std::uint32_t large = scale_for(name, size, 0.9);
  const std::uint32_t small = std::max(1u, std::min(large, scale_for(address, size, 0.9)) / 2);
  const auto middle = static_cast<std::int32_t>(size.height / 2);
  centre(canvas, name, large, middle - static_cast<std::int32_t>(large * kTextCell.height));
  centre(canvas, address, small, middle + static_cast<std::int32_t>(small * kTextCell.height));
  return {.pixels = pixels.data(),
          .width = size.width,
          .height = size.height,
          .format = InputFormat::kRgb888};
}

}  // namespace p3a::td
