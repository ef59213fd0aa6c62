#include "sender/pico/palette.h"

#include <gtest/gtest.h>

#include <set>

#include "sender/pico/test_picture.h"

namespace p3a::sender {
namespace {

// The mean distance of a picture to the colours that it is shown in, in levels of a channel.
double error_of(const Bytes& rgb, const Palette& palette) {
  double sum = 0;
  for (std::size_t i = 0; i < rgb.size(); i += 3) {
    double best = 1e9;
    for (const Rgb color : palette) {
      const double r = rgb[i] - color.r, g = rgb[i + 1] - color.g, b = rgb[i + 2] - color.b;
      best = std::min(best, r * r + g * g + b * b);
    }
    sum += std::sqrt(best);
  }
  return sum / static_cast<double>(rgb.size() / 3);
}

TEST(Palette, APictureOfSixteenColoursGetsExactlyThese) {
  const Bytes rgb = make_picture([](int x, int y) {
    const int i = x / 32 + y / 32 * 4;
    // Some differ by one level only.
    return Rgb{level(i), level(200 + i % 3), level(i * 15)};
  });
  const Palette palette = PaletteChooser().choose(rgb);
  EXPECT_EQ(error_of(rgb, palette), 0);
  for (std::size_t i = 1; i < palette.size(); ++i) {
    EXPECT_LE(299 * palette[i - 1].r + 587 * palette[i - 1].g + 114 * palette[i - 1].b,
              299 * palette[i].r + 587 * palette[i].g + 114 * palette[i].b);
  }
}

TEST(Palette, OneColourIsEnough) {
  const Bytes rgb = make_picture([](int, int) { return Rgb{7, 8, 9}; });
  const Palette palette = PaletteChooser().choose(rgb);
  for (const Rgb color : palette) EXPECT_EQ(color, (Rgb{7, 8, 9}));
}

TEST(Palette, FollowsThePictureMuchCloserThanFixedColours) {
  Palette cube{};  // as good as colours get that do not know the picture
  for (std::size_t i = 0; i < 16; ++i) {
    cube[i] = {level(static_cast<double>(i % 2) * 255), level(static_cast<double>(i / 4) * 85),
               level(static_cast<double>(i / 2 % 2) * 255)};
  }
  const Bytes rgb = plasma(0);
  EXPECT_LT(error_of(rgb, PaletteChooser().choose(rgb)), error_of(rgb, cube) / 3);
}

TEST(Palette, StaysWhileTheSceneStays) {
  PaletteChooser chooser;
  const Palette first = chooser.choose(plasma(0));
  for (int frame = 1; frame < 60; ++frame) {
    EXPECT_EQ(chooser.choose(with_noise(plasma(0.003 * frame), 3)), first) << frame;
  }
}

TEST(Palette, AnotherSceneGetsItsOwn) {
  PaletteChooser chooser;
  const Palette first = chooser.choose(plasma(0));
  const Bytes other = plasma(2, 110);
  const Palette second = chooser.choose(other);
  EXPECT_NE(second, first);
  EXPECT_LE(error_of(other, second), error_of(other, PaletteChooser().choose(other)) * 1.15);
}

TEST(Palette, AFewNewColoursInAScreenOfFewAreSeenAtOnce) {
  PaletteChooser chooser;
  const auto screen = [](Rgb dot) {
    return make_picture([&](int x, int y) { return x == 5 && y == 5 ? dot : Rgb{0, 0, 40}; });
  };
  chooser.choose(screen({255, 255, 255}));
  const Bytes red = screen({255, 0, 0});
  EXPECT_EQ(error_of(red, chooser.choose(red)), 0);
}

TEST(Palette, DriftingColoursChangeItRarely) {
  PaletteChooser chooser;
  Palette last = chooser.choose(plasma(0, 0));
  int changes = 0;
  for (int frame = 1; frame <= 300; ++frame) {
    const Bytes rgb = plasma(frame * 0.02, frame * 0.3);
    const Palette palette = chooser.choose(rgb);
    changes += palette != last;
    last = palette;
    EXPECT_LT(error_of(rgb, palette), 1.5 * error_of(rgb, PaletteChooser().choose(rgb))) << frame;
  }
  EXPECT_GT(changes, 0);
  EXPECT_LT(changes, 60);
}

}  // namespace
}  // namespace p3a::sender
