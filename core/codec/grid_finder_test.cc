#include "core/codec/grid_finder.h"

#include <gtest/gtest.h>

#include <vector>

#include "core/codec/test_stream.h"

namespace p3a::p3x {
namespace {

TestPicture art(std::uint32_t side, std::uint32_t seed) {
  TestPicture picture({side, side});
  TestNoise noise(seed);
  for (std::uint32_t y = 0; y < side; ++y)
    for (std::uint32_t x = 0; x < side; ++x) picture.set(x, y, noise.below(4) * 0x304050);
  return picture;
}

bool finds(const TestPicture& picture, Size cells) {
  GridFinder finder;
  finder.restart(picture.size);
  const std::vector<std::uint8_t> changed(picture.size.height, 1);
  finder.update(picture.view(), changed.data());
  return finder.grid().cells() == cells;
}

TEST(GridFinder, FindsWholeAndBrokenFactors) {
  for (const std::uint32_t side : {16U, 32U, 64U, 90U, 128U, 180U, 240U, 360U})
    EXPECT_TRUE(finds(art(side, side).upscaled({720, 720}), {side, side})) << side;
}

TEST(GridFinder, LeavesFullResolutionAlone) { EXPECT_TRUE(finds(art(200, 1), {200, 200})); }

TEST(GridFinder, SeesOneColourAsOneCell) { EXPECT_TRUE(finds(TestPicture({720, 720}), {1, 1})); }

TEST(GridFinder, KeepsToTheUpscaleWhenOnlyPartOfItIsLit) {
  // A 64-pixel picture in which only every other cell differs from its neighbours so far.
  TestPicture picture({64, 64});
  for (std::uint32_t i = 0; i < 64; i += 2) picture.set(i, i, 0xFFFFFF);
  EXPECT_TRUE(finds(picture.upscaled({720, 720}), {64, 64}));
}

TEST(GridFinder, TakesABoxAroundThePicture) {
  const TestPicture inner = art(64, 3).upscaled({640, 640});
  TestPicture picture({720, 720});
  for (std::uint32_t y = 0; y < 640; ++y)
    std::copy_n(&inner.rgb[y * 640UL * 3], 640 * 3, &picture.rgb[((y + 40UL) * 720 + 40) * 3]);
  GridFinder finder;
  finder.restart(picture.size);
  const std::vector<std::uint8_t> changed(720, 1);
  finder.update(picture.view(), changed.data());
  EXPECT_LE(finder.grid().cells().width, 72U);
}

TEST(GridFinder, GrowsWithAnOverlayAndShrinksWhenItIsGone) {
  const TestPicture plain = art(32, 7).upscaled({256, 256});
  TestPicture covered = plain;
  TestNoise noise(1);
  for (std::uint32_t y = 100; y < 120; ++y)
    for (std::uint32_t x = 10; x < 200; ++x) covered.set(x, y, noise.below(0xFFFFFF));
  GridFinder finder;
  finder.restart(plain.size);
  const std::vector<std::uint8_t> changed(256, 1);
  finder.update(plain.view(), changed.data());
  EXPECT_EQ(finder.grid().cells().width, 32U);
  EXPECT_TRUE(finder.update(covered.view(), changed.data()));
  EXPECT_GE(finder.grid().cells().width, 190U);
  bool shrunk = false;
  for (int i = 0; i < 200 && !shrunk; ++i) shrunk = finder.update(plain.view(), changed.data());
  EXPECT_TRUE(shrunk);
  EXPECT_EQ(finder.grid().cells().width, 32U);
}

// Scenes with a side of `sides` cells, one after the other; the cells of the grid after each.
std::vector<std::uint32_t> widths_after(const std::vector<std::uint32_t>& sides) {
  GridFinder finder;
  finder.restart({720, 720});
  const std::vector<std::uint8_t> changed(720, 1);
  std::vector<std::uint32_t> widths;
  for (const std::uint32_t side : sides) {
    finder.update(art(side, side).upscaled({720, 720}).view(), changed.data());
    widths.push_back(finder.grid().cells().width);
  }
  return widths;
}

TEST(GridFinder, ANewSceneGetsItsOwnGridAtOnce) {
  EXPECT_EQ(widths_after({720, 64, 64, 64, 720, 128}),
            (std::vector<std::uint32_t>{720, 64, 64, 64, 720, 128}));
}

TEST(GridFinder, ScenesThatTakeTurnsShareAGrid) {
  const auto widths = widths_after({720, 64, 720, 64, 720, 64, 720});
  EXPECT_EQ(widths[1], 64U);
  EXPECT_EQ(std::vector(widths.begin() + 2, widths.end()), std::vector<std::uint32_t>(5, 720));
}

}  // namespace
}  // namespace p3a::p3x
