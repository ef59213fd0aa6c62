#include "core/compose/placement.h"

#include <gtest/gtest.h>

#include <array>

namespace p3a {
namespace {

constexpr Size kPanel{720, 720};

TEST(Placement, ContainShowsTheWholePictureCentred) {
  const Placement wide = place({1920, 1080}, kPanel, Fit::kContain);
  EXPECT_TRUE(wide.target == (Rect{0, 157, 720, 405}));
  EXPECT_TRUE(wide.crop == (Rect{0, 0, 1920, 1080}));
  const Placement tall = place({32, 64}, kPanel, Fit::kContain);
  EXPECT_TRUE(tall.target == (Rect{180, 0, 360, 720}));
}

TEST(Placement, CoverFillsTheCanvasAndCutsEvenly) {
  const Placement wide = place({1920, 1080}, kPanel, Fit::kCover);
  EXPECT_TRUE(wide.target == (Rect{0, 0, 720, 720}));
  EXPECT_TRUE(wide.crop == (Rect{420, 0, 1080, 1080}));
  const Placement tall = place({100, 300}, {200, 100}, Fit::kCover);
  EXPECT_TRUE(tall.crop == (Rect{0, 125, 100, 50}));
}

TEST(Placement, StretchUsesAllOfBoth) {
  const Placement placed = place({3, 500}, kPanel, Fit::kStretch);
  EXPECT_TRUE(placed.target == (Rect{0, 0, 720, 720}));
  EXPECT_TRUE(placed.crop == (Rect{0, 0, 3, 500}));
}

TEST(Placement, IntegerTakesTheLargestWholeMultiple) {
  EXPECT_TRUE(place({128, 128}, kPanel, Fit::kInteger).target == (Rect{40, 40, 640, 640}));
  EXPECT_TRUE(place({720, 100}, kPanel, Fit::kInteger).target == (Rect{0, 310, 720, 100}));
  EXPECT_TRUE(place({1440, 720}, kPanel, Fit::kInteger).target == (Rect{0, 180, 720, 360}));
}

TEST(Placement, APictureOfTheCanvasSizeLiesPixelOnPixelWhateverTheFit) {
  for (const Fit fit : {Fit::kContain, Fit::kCover, Fit::kStretch, Fit::kInteger}) {
    const Placement placed = place(kPanel, kPanel, fit);
    EXPECT_TRUE(placed.target == (Rect{0, 0, 720, 720}));
    EXPECT_TRUE(placed.crop == (Rect{0, 0, 720, 720}));
  }
}

TEST(Placement, StaysWithinBothForEveryShape) {
  constexpr std::array<std::uint32_t, 7> kSides{1, 2, 3, 17, 720, 4096, 65535};
  for (const auto width : kSides) {
    for (const auto height : kSides) {
      for (const Size canvas : {Size{16, 16}, Size{720, 720}, Size{4096, 16}, Size{16, 4096}}) {
        for (const Fit fit : {Fit::kContain, Fit::kCover, Fit::kStretch, Fit::kInteger}) {
          const Placement placed = place({width, height}, canvas, fit);
          EXPECT_TRUE(placed.target.within(canvas) && !placed.target.empty());
          EXPECT_TRUE(placed.crop.within({width, height}) && !placed.crop.empty());
        }
      }
    }
  }
}

}  // namespace
}  // namespace p3a
