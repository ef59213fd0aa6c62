#include "sender/pattern/pattern.h"

#include <gtest/gtest.h>

#include <set>
#include <vector>

namespace p3a::sender {
namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes draw(Pattern pattern, Size size, Micros elapsed) {
  Bytes rgba(size.pixels() * 4 + 4, 0xEE);  // four more, which stay as they are
  draw_pattern(pattern, size, elapsed, ByteSpan(rgba).first(rgba.size() - 4));
  for (std::size_t i = rgba.size() - 4; i < rgba.size(); ++i) EXPECT_EQ(rgba[i], 0xEE);
  return rgba;
}

std::set<std::uint32_t> colours(const Bytes& rgba) {
  std::set<std::uint32_t> found;
  for (std::size_t i = 0; i + 4 < rgba.size(); i += 4) found.insert(load_le32(&rgba[i]));
  return found;
}

TEST(Pattern, NamesLeadToPatternsAndNothingElseDoes) {
  EXPECT_EQ(find_pattern("checkerboard"), Pattern::kCheckerboard);
  EXPECT_EQ(find_pattern("pixelart"), Pattern::kPixelart);
  EXPECT_FALSE(find_pattern("Plasma"));
  EXPECT_FALSE(find_pattern(""));
}

TEST(Pattern, TheSameTimeGivesTheSamePictureAndAnotherTimeAnother) {
  for (const std::string_view name : kPatternNames) {
    const Pattern pattern = find_pattern(name).value();
    EXPECT_EQ(draw(pattern, {96, 64}, 300ms), draw(pattern, {96, 64}, 300ms)) << name;
    EXPECT_NE(draw(pattern, {96, 64}, 300ms), draw(pattern, {96, 64}, 900ms)) << name;
  }
}

TEST(Pattern, EveryPixelIsOpaqueAtEverySizeAndTime) {
  for (const std::string_view name : kPatternNames) {
    for (const Size size : {Size{1, 1}, Size{7, 3}, Size{3, 200}, Size{720, 720}}) {
      for (const Micros at : {Micros{0}, Micros{999'999}, Micros(std::chrono::hours(100))}) {
        const Bytes rgba = draw(find_pattern(name).value(), size, at);
        for (std::size_t i = 3; i + 4 < rgba.size(); i += 4) ASSERT_EQ(rgba[i], 255) << name;
      }
    }
  }
}

TEST(Pattern, ContentsAreWhatTheyAreFor) {
  EXPECT_EQ(colours(draw(Pattern::kCheckerboard, {96, 96}, 300ms)).size(), 2u);
  EXPECT_EQ(colours(draw(Pattern::kBars, {96, 96}, 300ms)).size(), 9u);
  EXPECT_LE(colours(draw(Pattern::kPixelart, {96, 96}, 300ms)).size(), 16u);
  EXPECT_GT(colours(draw(Pattern::kGradient, {256, 256}, 300ms)).size(), 1000u);
  EXPECT_GT(colours(draw(Pattern::kPlasma, {256, 256}, 300ms)).size(), 100u);
}

TEST(Pattern, PixelArtHasBlocksOfOneColour) {
  const Bytes rgba = draw(Pattern::kPixelart, {64, 64}, 300ms);
  for (std::size_t y = 0; y < 64; y += 2) {
    for (std::size_t x = 0; x < 64; x += 2) {
      const std::uint32_t corner = load_le32(&rgba[(y * 64 + x) * 4]);
      EXPECT_EQ(load_le32(&rgba[(y * 64 + x + 1) * 4]), corner);
      EXPECT_EQ(load_le32(&rgba[((y + 1) * 64 + x) * 4]), corner);
    }
  }
}

TEST(Pattern, TheClocksBarFillsWithTheSecond) {
  const auto filled = [](Micros at) {
    const Bytes rgba = draw(Pattern::kClock, {100, 60}, at);
    int white = 0;
    for (std::size_t x = 0; x < 100; ++x) white += rgba[(59 * 100 + x) * 4] == 255;
    return white;
  };
  EXPECT_EQ(filled(0s), 0);
  EXPECT_EQ(filled(250ms), 25);
  EXPECT_EQ(filled(5s + 500ms), 50);
}

}  // namespace
}  // namespace p3a::sender
