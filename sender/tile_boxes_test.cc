#include "sender/tile_boxes.h"

#include <gtest/gtest.h>

#include <string_view>

namespace p3a::sender {
namespace {

constexpr std::uint32_t kColumns = 12;

std::vector<TileBox> boxes(std::string_view drawing, std::uint32_t gap = 0, std::uint32_t waste = 0,
                           std::size_t most = 8) {
  std::vector<std::uint8_t> marks;
  for (const char c : drawing) marks.push_back(c == '#' ? 1 : 0);
  std::vector<TileBox> found;
  find_boxes(marks, kColumns, gap, waste, most, found);
  return found;
}

TEST(TileBoxes, OneForWhatHangsTogether) {
  EXPECT_TRUE(boxes("............").empty());
  EXPECT_EQ(boxes(".##........."
                  "..##........"
                  ".......#...."),
            (std::vector<TileBox>{{1, 0, 4, 2}, {7, 2, 8, 3}}));
}

TEST(TileBoxes, GapsAndWasteAreAllowedFor) {
  EXPECT_EQ(boxes("#.#........#").size(), 3U);
  EXPECT_EQ(boxes("#.#........#", 1), (std::vector<TileBox>{{0, 0, 3, 1}, {11, 0, 12, 1}}));
  EXPECT_EQ(boxes("#...#......#", 0, 3), (std::vector<TileBox>{{0, 0, 5, 1}, {11, 0, 12, 1}}));
}

TEST(TileBoxes, NeverMoreThanAskedForAndNeverOverlapping) {
  std::uint32_t state = 7;
  for (int round = 0; round < 300; ++round) {
    std::vector<std::uint8_t> marks(kColumns * 40);
    for (auto& mark : marks) mark = (state = state * 1664525 + 1013904223) >> 28 == 0 ? 1 : 0;
    std::vector<TileBox> found;
    find_boxes(marks, kColumns, 0, 2, 1 + static_cast<std::size_t>(round % 8), found);
    EXPECT_LE(found.size(), 1U + static_cast<std::size_t>(round % 8));
    for (std::uint32_t i = 0; i < marks.size(); ++i) {
      const std::uint32_t x = i % kColumns, y = i / kColumns;
      const auto holding = std::ranges::count_if(found, [&](const TileBox& box) {
        return x >= box.left && x < box.right && y >= box.top && y < box.bottom;
      });
      EXPECT_LE(holding, 1);
      EXPECT_TRUE(marks[i] == 0 || holding == 1);
    }
  }
}

TEST(TileBoxes, TheLastTilesMayBeSmaller) {
  const TileGrid grid{{100, 40}};
  EXPECT_EQ(grid.columns(), 7U);
  EXPECT_EQ(grid.rows(), 3U);
  EXPECT_EQ(grid.pixels_of({5, 1, 7, 3}), (Rect{80, 16, 20, 24}));
  EXPECT_EQ(grid.box_of({80, 16, 20, 24}), (TileBox{5, 1, 7, 3}));
}

}  // namespace
}  // namespace p3a::sender
