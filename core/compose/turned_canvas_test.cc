#include "core/compose/turned_canvas.h"

#include <gtest/gtest.h>

#include <array>

namespace p3a {
namespace {

constexpr Rgb kInk{1, 2, 3};

/// A canvas of 4×3 with one marked pixel; where does it lie? y × 4 + x, or -1.
int marked(Rotation rotation, std::int32_t x, std::int32_t y) {
  std::array<std::uint8_t, 4 * 3 * 3> bytes{};
  const Canvas canvas{bytes.data(), {4, 3}, 12, PixelFormat::kRgb888};
  TurnedCanvas(canvas, rotation).fill_rect({x, y, 1, 1}, kInk);
  int found = -1;
  for (std::size_t i = 0; i < 12; ++i) {
    if (bytes[i * 3] == 1) found = static_cast<int>(i);
  }
  return found;
}

TEST(TurnedCanvas, TurnsTheTopLeftCornerClockwise) {
  EXPECT_EQ(marked(Rotation::k0, 0, 0), 0);
  EXPECT_EQ(marked(Rotation::k90, 0, 0), 3);
  EXPECT_EQ(marked(Rotation::k180, 0, 0), 11);
  EXPECT_EQ(marked(Rotation::k270, 0, 0), 8);
  EXPECT_EQ(marked(Rotation::k90, 1, 0), 7);   // right on the picture is down on the panel
  EXPECT_EQ(marked(Rotation::k270, 1, 0), 4);  // and up
}

TEST(TurnedCanvas, ClipsRectanglesToItself) {
  EXPECT_EQ(marked(Rotation::k0, -1, 0), -1);
  EXPECT_EQ(marked(Rotation::k0, 4, 0), -1);
  EXPECT_EQ(marked(Rotation::k90, 3, 0), -1);
  std::array<std::uint8_t, 2 * 2 * 2> bytes{};
  const Canvas canvas{bytes.data(), {2, 2}, 4, PixelFormat::kRgb565};
  TurnedCanvas(canvas).fill_rect({-2147483647, -5, 0xFFFFFFFF, 6}, {255, 255, 255});
  EXPECT_EQ(bytes[0], 0xFF);
  EXPECT_EQ(bytes[3], 0xFF);
  EXPECT_EQ(bytes[4], 0);
}

TEST(TurnedCanvas, WritesTheSameRowSeveralTimesInEveryRotation) {
  constexpr std::array<std::uint8_t, 6> kRow{10, 10, 10, 20, 20, 20};
  for (const PixelFormat format : {PixelFormat::kRgb888, PixelFormat::kRgb565}) {
    for (int turn = 0; turn < 4; ++turn) {
      std::array<std::uint8_t, 16 * 3> bytes{};
      const Canvas canvas{bytes.data(), {4, 4}, 4 * bytes_per_pixel(format), format};
      TurnedCanvas(canvas, static_cast<Rotation>(turn)).write_rows(1, 1, 3, kRow.data(), 2);
      std::array<std::uint8_t, 16 * 3> shown{};
      to_rgb888(canvas, shown);
      int written = 0;
      for (std::size_t i = 0; i < 16; ++i) written += shown[i * 3] != 0;
      EXPECT_EQ(written, 6);
    }
  }
}

}  // namespace
}  // namespace p3a
