// Few boxes for many marked tiles: where a picture is rich, or has changed.
//
// In: marks of a grid of tiles, row by row. Out: boxes that do not overlap and hold every marked
// tile. Plain functions; any thread.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/base/geometry.h"

namespace p3a::sender {

inline constexpr std::uint32_t kTile = 16;  ///< pixels a side: what a JPEG of 4:2:0 is made of

/// In tiles: [left, right) × [top, bottom).
struct TileBox {
  std::uint32_t left, top, right, bottom;
  bool operator==(const TileBox&) const = default;

  std::uint32_t tiles() const { return (right - left) * (bottom - top); }
};

/// The tiles of a picture; those at the right and bottom edge may be smaller.
struct TileGrid {
  Size picture;

  std::uint32_t columns() const { return (picture.width + kTile - 1) / kTile; }
  std::uint32_t rows() const { return (picture.height + kTile - 1) / kTile; }
  std::uint32_t tiles() const { return columns() * rows(); }
  /// In pixels.
  Rect pixels_of(const TileBox& box) const;
  /// Of a rectangle whose edges are tiles' edges.
  TileBox box_of(const Rect& pixels) const;
};

/// Tiles that touch, or have `gap` tiles between them, share a box; boxes become one where that
/// adds up to `waste` unmarked tiles, and until there are `most` (1 to kMostBoxes). marks has
/// columns × rows; `out` is cleared first and takes no memory once it has held as many.
inline constexpr std::size_t kMostBoxes = 32;
void find_boxes(std::span<const std::uint8_t> marks, std::uint32_t columns, std::uint32_t gap,
                std::uint32_t waste, std::size_t most, std::vector<TileBox>& out);

}  // namespace p3a::sender
