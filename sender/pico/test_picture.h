// Pictures of 128 x 128 for this room's tests.
#pragma once

#include <cmath>
#include <random>

#include "sender/pico/pico_packet.h"

namespace p3a::sender {

using Bytes = std::vector<std::uint8_t>;

template <class ColorAt>
Bytes make_picture(ColorAt color_at) {
  Bytes rgb;
  for (int y = 0; y < 128; ++y) {
    for (int x = 0; x < 128; ++x) {
      const Rgb color = color_at(x, y);
      rgb.insert(rgb.end(), {color.r, color.g, color.b});
    }
  }
  return rgb;
}

inline std::uint8_t level(double value) {
  return static_cast<std::uint8_t>(std::clamp(value, 0.0, 255.0));
}

/// Smooth blobs; `time` moves them, `hue` makes it another scene.
inline Bytes plasma(double time, double hue = 0) {
  return make_picture([&](int x, int y) {
    const double a = std::sin(x / 17.0 + time) + std::sin(y / 23.0 - time);
    return Rgb{level(128 + 60 * a + hue), level(128 + 50 * std::cos(a * 2) - hue),
               level(90 + 40 * std::sin(x / 40.0 + y / 31.0))};
  });
}

inline Bytes with_noise(Bytes rgb, int amplitude) {
  std::minstd_rand random(3);
  for (std::uint8_t& value : rgb) {
    const int off = static_cast<int>(random() % static_cast<unsigned>(2 * amplitude + 1));
    value = static_cast<std::uint8_t>(std::clamp(value + off - amplitude, 0, 255));
  }
  return rgb;
}

}  // namespace p3a::sender
