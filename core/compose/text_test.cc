#include "core/compose/text.h"

#include <gtest/gtest.h>

#include <array>

namespace p3a {
namespace {

constexpr std::uint32_t kSide = 16;

/// A small canvas that can be read as text.
struct Paper {
  std::array<std::uint8_t, kSide * kSide * 3> bytes{};

  Canvas canvas() { return {bytes.data(), {kSide, kSide}, kSide * 3, PixelFormat::kRgb888}; }
  bool ink(std::uint32_t x, std::uint32_t y) const { return bytes[(y * kSide + x) * 3] != 0; }
  int count() const {
    int found = 0;
    for (std::uint32_t i = 0; i < kSide * kSide; ++i) found += ink(i % kSide, i / kSide);
    return found;
  }
  bool shows(std::uint32_t x, std::uint32_t y, std::string_view row) const {
    for (std::uint32_t i = 0; i < row.size(); ++i) {
      if (ink(x + i, y) != (row[i] == '#')) return false;
    }
    return true;
  }
};

Paper draw(std::string_view text, std::int32_t x = 0, std::int32_t y = 0, std::uint32_t scale = 1) {
  Paper paper;
  draw_text(paper.canvas(), x, y, scale, {255, 255, 255}, text);
  return paper;
}

TEST(Text, DrawsLettersPixelByPixel) {
  const Paper paper = draw("A1", 2, 3);
  EXPECT_TRUE(paper.shows(0, 2, "................"));
  EXPECT_TRUE(paper.shows(0, 3, "....#.....#....."));
  EXPECT_TRUE(paper.shows(0, 4, "...#.#...##....."));
  EXPECT_TRUE(paper.shows(0, 5, "..#...#.#.#....."));
  EXPECT_TRUE(paper.shows(0, 6, "..#...#...#....."));
  EXPECT_TRUE(paper.shows(0, 7, "..#####...#....."));
  EXPECT_TRUE(paper.shows(0, 8, "..#...#...#....."));
  EXPECT_TRUE(paper.shows(0, 9, "..#...#.#####..."));
  EXPECT_TRUE(paper.shows(0, 10, "................"));
}

TEST(Text, LettersMayReachOneRowBelowTheLine) {
  const Paper paper = draw("gA");
  EXPECT_TRUE(paper.shows(0, 2, ".####.#...#....."));
  EXPECT_TRUE(paper.shows(0, 6, "....#.#...#....."));
  EXPECT_TRUE(paper.shows(0, 7, ".###............"));
}

TEST(Text, EveryLetterIsThereAndUnlikeEveryOther) {
  EXPECT_EQ(draw(" ").count(), 0);
  for (char a = '!'; a <= '~'; ++a) {
    const Paper paper = draw(std::string_view(&a, 1));
    EXPECT_GE(paper.count(), 3);
    for (char b = '!'; b < a; ++b) {
      EXPECT_FALSE(paper.bytes == draw(std::string_view(&b, 1)).bytes);
    }
  }
}

TEST(Text, ShowsAQuestionMarkForWhatItCannotWrite) {
  EXPECT_TRUE(draw("\xC3").bytes == draw("?").bytes);
  EXPECT_TRUE(draw("\n").bytes == draw("?").bytes);
  EXPECT_TRUE(draw(std::string_view("\0", 1)).bytes == draw("?").bytes);
}

TEST(Text, ScalesByWholePixels) {
  EXPECT_EQ(draw("T", 0, 0, 2).count(), 4 * draw("T").count());
  EXPECT_TRUE(draw("T", 0, 0, 2).shows(0, 1, "##########......"));
}

TEST(Text, IsCutOffAtEveryEdge) {
  EXPECT_EQ(draw("H", -6, 0).count(), 0);
  EXPECT_EQ(draw("H", 16, 0).count(), 0);
  EXPECT_EQ(draw("H", 0, 16).count(), 0);
  EXPECT_EQ(draw("H", 0, -7).count(), 0);
  EXPECT_EQ(draw("H", -4, 0).count(), 7);  // its right stroke only
  EXPECT_EQ(draw("H", 0, -6).count(), 2);  // its feet
  EXPECT_EQ(draw("H", 2147483647, 2147483647, 1024).count(), 0);
  EXPECT_EQ(draw("H", -2147483647, -2147483647, 1024).count(), 0);
}

TEST(Text, KnowsItsSize) {
  EXPECT_TRUE(text_size("", 3) == (Size{0, 0}));
  EXPECT_TRUE(text_size("A", 1) == (Size{5, 8}));
  EXPECT_TRUE(text_size("p3a-live", 2) == (Size{94, 16}));
}

}  // namespace
}  // namespace p3a
