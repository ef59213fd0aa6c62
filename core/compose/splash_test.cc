#include "core/compose/splash.h"

#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "core/compose/text.h"
#include "core/compose/turned_canvas.h"

namespace p3a {
namespace {

constexpr std::array<std::string_view, 2> kLines{"open http://192.168.1.7:8080/",
                                                 "or drop a picture on the page"};
constexpr Rgb kTitleColor{255, 209, 102};
constexpr Rgb kLineColor{208, 206, 228};

std::vector<std::uint8_t> splash(Size size, const View& view = {},
                                 std::span<const std::string_view> lines = kLines) {
  std::vector<std::uint8_t> bytes(std::size_t{size.width} * size.height * 3, 0xAB);
  draw_splash({bytes.data(), size, std::size_t{size.width} * 3, PixelFormat::kRgb888}, view, lines);
  return bytes;
}

int count(const std::vector<std::uint8_t>& bytes, Rgb color) {
  int found = 0;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    found += Rgb{bytes[i], bytes[i + 1], bytes[i + 2]} == color;
  }
  return found;
}

TEST(Splash, ShowsTheAddressWhereThereIsRoom) {
  for (const Size size : {
           Size{240, 240},
           Size{720, 720},
           Size{800, 480},
           Size{480, 800},
       }) {
    EXPECT_GE(count(splash(size), kLineColor), 500);
    EXPECT_EQ(count(splash(size, {}, {}), kLineColor), 0);
  }
  EXPECT_GE(count(splash({4096, 4096}), kLineColor), 50000);
}

TEST(Splash, WritesTheLinesAsTheyAre) {
  // Every pixel of the drawn line is found in the picture, at the place where it is centred.
  const Size size{240, 240};
  const auto shown = splash(size);
  bool found = false;
  for (std::uint32_t scale = 1; scale < 5 && !found; ++scale) {
    const auto left = static_cast<std::int32_t>((240 - text_size(kLines[0], scale).width) / 2);
    for (std::int32_t top = 0; top < 240 && !found; ++top) {
      auto drawn = shown;
      draw_text(Canvas{drawn.data(), size, 240 * 3, PixelFormat::kRgb888}, left, top, scale,
                kLineColor, kLines[0]);
      found = drawn == shown;
    }
  }
  EXPECT_TRUE(found);
}

TEST(Splash, LeavesTextOutWhereItCannotFitButKeepsTheFace) {
  const auto medium = splash({64, 64});
  EXPECT_EQ(count(medium, kLineColor), 0);
  EXPECT_GE(count(medium, kTitleColor), 80);
  const auto small = splash({16, 16});
  EXPECT_EQ(count(small, kTitleColor), 0);
  EXPECT_GE(count(small, {142, 232, 214}), 20);  // the face
}

TEST(Splash, WritesEveryPixelOfEverySize) {
  for (const Size size : {Size{1, 1}, Size{5, 300}, Size{16, 16}, Size{16, 4096}, Size{4096, 16},
                          Size{128, 32}, Size{200, 64}}) {
    EXPECT_EQ(count(splash(size), {0xAB, 0xAB, 0xAB}), 0);
  }
}

TEST(Splash, IsTurnedWithTheView) {
  const Size size{320, 200};
  View view;
  view.rotation = Rotation::k90;
  const auto turned = splash(size.transposed(), view);
  const auto upright = splash(size);
  int wrong = 0;
  for (std::size_t y = 0; y < size.height; ++y) {
    for (std::size_t x = 0; x < size.width; ++x) {
      const std::size_t there = (x * size.height + (size.height - 1 - y)) * 3;
      wrong += upright[(y * size.width + x) * 3] != turned[there];
    }
  }
  EXPECT_EQ(wrong, 0);
}

TEST(Splash, GoesThroughTheToneCurve) {
  View view;
  view.tone = make_tone_curve(1, 0);
  const auto dark = splash({240, 240}, view);
  EXPECT_EQ(count(dark, {0, 0, 0}), 240 * 240);
}

TEST(Splash, ManyOrLongLinesNeverHideTheFace) {
  const std::vector<std::string_view> many(50, "a line");
  EXPECT_GE(count(splash({240, 240}, {}, many), {142, 232, 214}), 20);
  const std::string_view endless =
      "0123456789012345678901234567890123456789012345678901234567890123456789";
  EXPECT_GE(count(splash({240, 240}, {}, {&endless, 1}), {142, 232, 214}), 20);
}

}  // namespace
}  // namespace p3a
