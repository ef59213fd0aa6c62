#include "core/compose/region.h"

#include <gtest/gtest.h>

#include "core/compose/turned_canvas.h"

namespace p3a {
namespace {

constexpr Size kPanel{6, 4};
constexpr Rotation kRotations[] = {Rotation::k0, Rotation::k90, Rotation::k180, Rotation::k270};

struct Panel {
  std::uint8_t pixels[6 * 4 * 3] = {};
  Canvas canvas{pixels, kPanel, 6 * 3, PixelFormat::kRgb888};
};

TEST(Region, FillingThePartIsFillingTheRectangleWhicheverWayThePanelHangs) {
  constexpr Rect kArea{1, 0, 2, 3};
  for (const Rotation rotation : kRotations) {
    Panel expected, panel;
    TurnedCanvas(expected.canvas, rotation).fill_rect(kArea, {9, 8, 7});
    const Canvas part = part_of(panel.canvas, rotation, kArea);
    const TurnedCanvas turned(part, rotation);
    EXPECT_EQ(turned.size(), kArea.size());
    turned.fill_rect({0, 0, 2, 3}, {9, 8, 7});
    for (std::size_t i = 0; i < sizeof panel.pixels; ++i)
      EXPECT_EQ(panel.pixels[i], expected.pixels[i]);
  }
}

TEST(Region, TheWholePictureIsTheCanvas) {
  Panel panel;
  for (const Rotation rotation : kRotations) {
    const Size upright = upright_size(kPanel, rotation);
    const Canvas part = part_of(panel.canvas, rotation, {0, 0, upright.width, upright.height});
    EXPECT_EQ(part.pixels, panel.canvas.pixels);
    EXPECT_EQ(part.size, kPanel);
  }
}

TEST(Region, ATouchIsWhereThePictureHasThatPixel) {
  for (const Rotation rotation : kRotations) {
    const Size upright = upright_size(kPanel, rotation);
    for (std::uint32_t y = 0; y < upright.height; ++y) {
      for (std::uint32_t x = 0; x < upright.width; ++x) {
        Panel panel;
        const Rect at{static_cast<std::int32_t>(x), static_cast<std::int32_t>(y), 1, 1};
        const auto offset = part_of(panel.canvas, rotation, at).pixels - panel.pixels;
        const auto index = static_cast<std::uint32_t>(offset / 3);
        const Pixel touched{index % kPanel.width, index / kPanel.width};
        EXPECT_EQ(upright_pixel(kPanel, rotation, touched), (Pixel{x, y}));
      }
    }
  }
}

}  // namespace
}  // namespace p3a
