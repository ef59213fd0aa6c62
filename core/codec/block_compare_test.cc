#include "core/codec/block_compare.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "core/codec/test_stream.h"

namespace p3a::p3x {
namespace {

// A state whose last picture is noise of two colours, and a new picture that is it, moved.
struct Scene {
  static constexpr std::uint32_t kColumns = 43, kRows = 29;
  TestMemory memory{models_bytes({kColumns, kRows}, {.table_bits = 10}) +
                    pictures_bytes({kColumns, kRows}, 3)};
  State state;
  std::vector<std::uint32_t> actual;

  Scene() {
    state.use(memory.bytes());
    state.next_grid().columns.set_regular(AxisKind::kEdges, kColumns, kColumns);
    state.next_grid().rows.set_regular(AxisKind::kEdges, kRows, kRows);
    EXPECT_TRUE(state.restart({.table_bits = 10, .pictures = 3}).has_value());
    TestNoise noise(9);
    for (std::uint32_t y = 0; y < kRows; ++y)
      for (std::uint32_t x = 0; x < kColumns; ++x) state.row(0, y)[x] = noise.below(2) * 0xFF;
    state.keep();
    actual.resize(std::size_t{state.stride()} * (kRows + 1));
    for (std::uint32_t y = 0; y < kRows; ++y)
      for (std::uint32_t x = 0; x < kColumns; ++x) at(x, y) = past(x, y, {.dx = 3, .dy = -2});
    at(20, 20) ^= 1;
  }
  std::uint32_t& at(std::uint32_t x, std::uint32_t y) { return actual[y * state.stride() + x]; }
  std::uint32_t past(std::uint32_t x, std::uint32_t y, const Source& source) const {
    const auto inside = [](std::uint32_t place, int by, std::uint32_t size) {
      return std::clamp(static_cast<int>(place) + by, 0, static_cast<int>(size) - 1);
    };
    return state.row(source.back, static_cast<std::uint32_t>(
                                      inside(y, source.dy, kRows)))[inside(x, source.dx, kColumns)];
  }
};

TEST(BlockCompare, CountsWhatCellByCellCounts) {
  Scene scene;
  const std::uint32_t blocks = scene.state.block_columns() * scene.state.block_rows();
  std::uint32_t copies = 0;
  for (const Source source : {Source{}, Source{1, 3, -2}, Source{1, -9, 4}, Source{1, 700, -700}})
    for (std::uint32_t i = 0; i < blocks; ++i) {
      const CellBox box = block_box(scene.state, i);
      std::uint32_t misses = 0;
      for (std::uint32_t y = box.top; y < box.bottom; ++y)
        for (std::uint32_t x = box.left; x < box.right; ++x)
          misses += static_cast<std::uint32_t>(scene.at(x, y) != scene.past(x, y, source));
      EXPECT_EQ(count_misses(scene.state, scene.actual.data(), box, source), misses);
      EXPECT_EQ(foretells(scene.state, scene.actual.data(), box, source), misses == 0);
      copies += static_cast<std::uint32_t>(misses == 0);
    }
  EXPECT_EQ(copies, blocks - 1);  // of the second source, all but the one with the changed cell
}

TEST(BlockCompare, TheHashTellsEveryCellAndThePlace) {
  Scene scene;
  for (const std::uint32_t block : std::array<std::uint32_t, 2>{1, 5}) {
    const std::uint32_t before = block_hash(scene.state, scene.actual.data(), block);
    EXPECT_EQ(block_hash(scene.state, scene.actual.data(), block), before);
    const CellBox box = block_box(scene.state, block);
    for (std::uint32_t y = box.top; y < box.bottom; ++y)
      for (std::uint32_t x = box.left; x < box.right; ++x) {
        scene.at(x, y) ^= 0x10;
        EXPECT_NE(block_hash(scene.state, scene.actual.data(), block), before);
        scene.at(x, y) ^= 0x10;
      }
  }
  std::fill(scene.actual.begin(), scene.actual.end(), 5U);
  EXPECT_NE(block_hash(scene.state, scene.actual.data(), 0),
            block_hash(scene.state, scene.actual.data(), 1));
}

}  // namespace
}  // namespace p3a::p3x
