// Finds the native grid of upscaled pictures: where a column differs from its left neighbour on any
// row, and a row from the one above, over time (docs/P3X.md, section 9, which does not bind).
//
// In: pictures of one size, as R,G,B bytes. Out: the grid, which always fits the last picture, and
// which of the picture's rows changed. Holds marks and grids, about 40 KB: too large for a stack.
// One thread.
#pragma once

#include <array>
#include <cstdint>

#include "core/base/bytes.h"
#include "core/codec/grid.h"
#include "core/codec/windows.h"

namespace p3a::p3x {

/// A picture handed in: rows of R,G,B bytes, not owned.
struct RgbPicture {
  const std::uint8_t* pixels = nullptr;
  Size size;
  std::size_t stride = 0;  ///< bytes from one row to the next
  /// Null, or where rows that are known to repeat the one above have their pixels: row_of[y] is y,
  /// or row_of[y - 1]. The pixels of such a row y itself are not read.
  const std::uint16_t* row_of = nullptr;

  const std::uint8_t* row(std::uint32_t y) const;
};

class GridFinder {
 public:
  /// Forgets everything. What lies in `windows` is not looked at; their edges are cuts, so that
  /// every cell lies either in one of them or outside.
  void restart(Size size, const Windows& windows = {});
  /// Takes the changed rows of a picture in (changed[y] != 0); true when grid() became another one.
  bool update(const RgbPicture& picture, const std::uint8_t* changed);
  const Grid& grid() const { return grid_; }

 private:
  using Marks = std::array<std::uint8_t, kMaxSide>;
  struct Cuts {
    Marks columns;
    Marks rows;
  };

  bool snap_to_factor(const std::uint8_t* marks, std::uint32_t size, Axis& out);
  void snap(const std::uint8_t* marks, std::uint32_t size, Axis& out);
  void mark(const RgbPicture& picture, const std::uint8_t* changed, Cuts& cuts);
  void mark_edges(Cuts& cuts) const;
  bool grow(const Cuts& cuts);
  bool shrink(const RgbPicture& picture);
  bool cut(bool new_scene, bool grown);
  bool take_if_smaller(const Cuts& cuts, std::uint32_t times);

  Size size_;
  Windows windows_;
  Grid grid_;
  Cuts all_{};     ///< every cut seen since the grid was last made smaller
  Cuts recent_{};  ///< of the pictures looked at wholly since then
  Grid coarser_;
  Marks regular_{};
  Cuts now_{};  ///< of one picture: what is new, or all if that is much
  std::uint32_t age_ = 0;
  std::uint32_t since_cut_ = 0;   ///< pictures since the grid was made smaller for a new scene
  std::uint64_t before_cut_ = 0;  ///< its cells then
  std::uint32_t pause_ = 0;       ///< pictures until that may be done again
  std::uint32_t next_pause_ = 0;  ///< the longer, the sooner it turned out wrong
  alignas(16) std::array<std::uint8_t, kMaxSide * 3 + 32> differs_{};
};

}  // namespace p3a::p3x
