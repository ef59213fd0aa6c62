#include "core/compose/canvas.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

#include "core/compose/row_ops.h"

namespace p3a {
namespace {

TEST(ToneCurve, IsTheIdentityAtFullBrightnessWithoutGamma) {
  const ToneCurve tone = make_tone_curve(1, 1);
  EXPECT_TRUE(tone.identity);
  for (unsigned i = 0; i < 256; ++i) EXPECT_EQ(tone.levels[i], i);
}

TEST(ToneCurve, IsMonotonicAndScaledByBrightness) {
  for (const float gamma : {0.1F, 0.45F, 1.0F, 2.2F, 5.0F}) {
    for (const float brightness : {0.0F, 0.3F, 0.99F, 1.0F}) {
      const ToneCurve tone = make_tone_curve(gamma, brightness);
      for (std::size_t i = 1; i < 256; ++i) EXPECT_LE(tone.levels[i - 1], tone.levels[i]);
      EXPECT_EQ(tone.levels[0], 0);
      EXPECT_EQ(tone.levels[255], static_cast<int>(255 * brightness + 0.5F));
    }
  }
  const ToneCurve tone = make_tone_curve(2.2F, 1);
  EXPECT_FALSE(tone.identity);
  EXPECT_EQ(tone.levels[128], 56);  // 255 × (128/255)^2.2 = 55.98
}

TEST(ToneCurve, TakesWhatIsOutOfRangeAsTheNearestThatIsNot) {
  EXPECT_TRUE(make_tone_curve(1, 7).identity);
  EXPECT_TRUE(make_tone_curve(99, 1).levels == make_tone_curve(5, 1).levels);
  EXPECT_TRUE(make_tone_curve(std::nanf(""), std::nanf("")).identity);
}

TEST(Rgb565, RoundsToNearestAndKeepsTheEnds) {
  for (unsigned v = 0; v < 256; ++v) {
    const unsigned word = rows::pack_rgb565(v, v, v);
    EXPECT_EQ(word >> 11, static_cast<unsigned>(std::floor(v * 31 / 255.0 + 0.5)));
    EXPECT_EQ(word >> 5 & 63, static_cast<unsigned>(std::floor(v * 63 / 255.0 + 0.5)));
    EXPECT_EQ(word & 31, word >> 11);
  }
  EXPECT_EQ(rows::pack_rgb565(255, 0, 0), 0xF800);
  EXPECT_EQ(rows::pack_rgb565(0, 255, 0), 0x07E0);
  EXPECT_EQ(rows::pack_rgb565(0, 0, 255), 0x001F);
}

TEST(Rgb565, AWordSurvivesBeingShownAndPackedAgain) {
  int changed = 0;
  for (unsigned word = 0; word < 65536; ++word) {
    const Rgb color = rows::unpack_rgb565(word);
    changed += rows::pack_rgb565(color.r, color.g, color.b) != word;
  }
  EXPECT_EQ(changed, 0);
}

TEST(Canvas, FillsEveryPixelThroughTheToneCurveAndNothingElse) {
  std::array<std::uint8_t, 3 * 8> bytes{};
  bytes.fill(0xEE);
  const Canvas canvas{bytes.data(), {2, 3}, 8, PixelFormat::kRgb888};
  fill(canvas, {255, 100, 0}, make_tone_curve(1, 0.5F));
  for (std::uint32_t y = 0; y < 3; ++y) {
    const std::array<std::uint8_t, 8> expected{128, 50, 0, 128, 50, 0, 0xEE, 0xEE};
    for (std::size_t i = 0; i < 8; ++i) EXPECT_EQ(canvas.row(y)[i], expected[i]);
  }
}

TEST(Canvas, ASnapshotOfRgb565RepeatsTheHighBits) {
  std::array<std::uint8_t, 2 * 6> bytes{};
  const Canvas canvas{bytes.data(), {2, 2}, 6, PixelFormat::kRgb565};
  fill(canvas, {255, 130, 8}, ToneCurve{});
  EXPECT_EQ(load_le16(bytes.data()), 31 << 11 | 32 << 5 | 1);
  std::array<std::uint8_t, 12> shown{};
  to_rgb888(canvas, shown);
  for (std::size_t i = 0; i < 12; i += 3) {
    EXPECT_EQ(shown[i], 255);
    EXPECT_EQ(shown[i + 1], 130);
    EXPECT_EQ(shown[i + 2], 8);
  }
}

}  // namespace
}  // namespace p3a
