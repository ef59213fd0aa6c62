#include "sender/pico/dither.h"

#include <gtest/gtest.h>

#include "sender/pico/test_picture.h"

namespace p3a::sender {
namespace {

Bytes dithered(const Bytes& rgb, const Palette& palette) {
  Bytes indices(rgb.size() / 3);
  Dither().apply(rgb, 128, palette, indices);
  return indices;
}

TEST(Dither, ColoursOfThePaletteAreShownAsTheyAre) {
  const Bytes rgb = make_picture([](int x, int y) {
    const int i = x / 32 + y / 32 * 4;
    return Rgb{level(i * 3), level(i * 7), level(i * 15)};
  });
  const Palette palette = PaletteChooser().choose(rgb);
  const Bytes indices = dithered(rgb, palette);
  for (std::size_t i = 0; i < indices.size(); ++i) {
    ASSERT_LT(indices[i], 16);
    const Rgb color = palette[indices[i]];
    ASSERT_EQ(color, (Rgb{rgb[i * 3], rgb[i * 3 + 1], rgb[i * 3 + 2]})) << i;
  }
}

TEST(Dither, FourByFourPixelsTogetherHaveTheColour) {
  Palette palette{};  // of black, white and the mixtures of two that do not help much
  for (std::size_t i = 0; i < 8; ++i) {
    const auto on = [&](std::size_t bit) {
      return static_cast<std::uint8_t>(i >> bit & 1 ? 255 : 0);
    };
    palette[i] = palette[i + 8] = {on(0), on(1), on(2)};
  }
  std::ranges::sort(palette, {}, [](Rgb c) { return 299 * c.r + 587 * c.g + 114 * c.b; });
  for (const Rgb color :
       {Rgb{128, 128, 128}, Rgb{30, 60, 90}, Rgb{250, 128, 3}, Rgb{64, 191, 100}}) {
    const Bytes indices = dithered(make_picture([&](int, int) { return color; }), palette);
    double sums[3] = {};
    for (const int y : {4, 5, 6, 7}) {
      for (const int x : {8, 9, 10, 11}) {
        const Rgb got = palette[indices[static_cast<std::size_t>(y * 128 + x)]];
        sums[0] += got.r, sums[1] += got.g, sums[2] += got.b;
      }
    }
    EXPECT_NEAR(sums[0] / 16, color.r, 16);
    EXPECT_NEAR(sums[1] / 16, color.g, 16);
    EXPECT_NEAR(sums[2] / 16, color.b, 16);
  }
}

TEST(Dither, WhatDoesNotMoveDoesNotFlicker) {
  Bytes rgb = plasma(1);
  const Palette palette = PaletteChooser().choose(rgb);
  const Bytes before = dithered(rgb, palette);
  for (std::size_t i = 0; i < rgb.size() / 2; ++i) rgb[i] = static_cast<std::uint8_t>(255 - rgb[i]);
  const Bytes after = dithered(rgb, palette);
  for (std::size_t i = rgb.size() / 6; i < before.size(); ++i) ASSERT_EQ(after[i], before[i]);
}

}  // namespace
}  // namespace p3a::sender
