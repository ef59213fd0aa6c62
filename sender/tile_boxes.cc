#include "sender/tile_boxes.h"

#include <algorithm>
#include <optional>

namespace p3a::sender {
namespace {

TileBox around(const TileBox& a, const TileBox& b) {
  return {std::min(a.left, b.left), std::min(a.top, b.top), std::max(a.right, b.right),
          std::max(a.bottom, b.bottom)};
}

bool near(const TileBox& a, const TileBox& b, std::uint32_t gap) {
  return a.left <= b.right + gap && b.left <= a.right + gap && a.top <= b.bottom + gap &&
         b.top <= a.bottom + gap;
}

bool overlap(const TileBox& a, const TileBox& b) {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

// Tiles that one box would have more than the two; less than nothing where they overlap.
std::int64_t waste_of(const TileBox& a, const TileBox& b) {
  return std::int64_t{around(a, b).tiles()} - a.tiles() - b.tiles();
}

struct Pair {
  std::size_t first, second;
};

// The two that go together best, if they are to.
std::optional<Pair> next_pair(const std::vector<TileBox>& boxes, std::int64_t waste,
                              std::size_t most) {
  std::optional<Pair> best;
  std::int64_t least = boxes.size() > most ? INT64_MAX : waste + 1;
  for (std::size_t i = 0; i < boxes.size(); ++i)
    for (std::size_t k = i + 1; k < boxes.size(); ++k) {
      if (overlap(boxes[i], boxes[k])) return Pair{i, k};
      const std::int64_t wasted = waste_of(boxes[i], boxes[k]);
      if (wasted >= least) continue;
      least = wasted;
      best = Pair{i, k};
    }
  return best;
}

void join(std::vector<TileBox>& boxes, const Pair& pair) {
  boxes[pair.first] = around(boxes[pair.first], boxes[pair.second]);
  boxes.erase(boxes.begin() + static_cast<std::ptrdiff_t>(pair.second));
}

// Runs of marked tiles, row by row; each joins the boxes that it touches.
void add_run(std::vector<TileBox>& boxes, TileBox run, std::uint32_t gap) {
  for (std::size_t i = boxes.size(); i-- > 0;) {
    if (!near(boxes[i], run, gap)) continue;
    run = around(boxes[i], run);
    boxes.erase(boxes.begin() + static_cast<std::ptrdiff_t>(i));
  }
  if (boxes.size() == kMostBoxes) join(boxes, *next_pair(boxes, 0, 0));
  boxes.push_back(run);
}

}  // namespace

Rect TileGrid::pixels_of(const TileBox& box) const {
  const std::uint32_t left = box.left * kTile, top = box.top * kTile;
  return {static_cast<std::int32_t>(left), static_cast<std::int32_t>(top),
          std::min(box.right * kTile, picture.width) - left,
          std::min(box.bottom * kTile, picture.height) - top};
}

TileBox TileGrid::box_of(const Rect& pixels) const {
  const auto left = static_cast<std::uint32_t>(pixels.x),
             top = static_cast<std::uint32_t>(pixels.y);
  return {left / kTile, top / kTile, (left + pixels.width + kTile - 1) / kTile,
          (top + pixels.height + kTile - 1) / kTile};
}

void find_boxes(std::span<const std::uint8_t> marks, std::uint32_t columns, std::uint32_t gap,
                std::uint32_t waste, std::size_t most, std::vector<TileBox>& out) {
  out.clear();
  out.reserve(kMostBoxes);
  const auto rows = static_cast<std::uint32_t>(marks.size() / columns);
  for (std::uint32_t y = 0; y < rows; ++y) {
    const auto row = marks.subspan(std::size_t{y} * columns, columns);
    for (std::uint32_t x = 0; x < columns;) {
      const std::uint32_t from = x;
      while (x < columns && row[x] != 0) ++x;
      if (x > from)
        add_run(out, {from, y, x, y + 1}, gap);
      else
        ++x;
    }
  }
  while (const auto pair = next_pair(out, waste, most)) join(out, *pair);
}

}  // namespace p3a::sender
