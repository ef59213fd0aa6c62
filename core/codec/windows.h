// Windows: parts of a P3X stream's picture in which something else is seen (docs/PROTOCOL.md,
// section 2, mixed frames). The encoder spends nothing on what lies in them and the decoder does
// not paint there.
//
// Plain values; any thread.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "core/base/geometry.h"

namespace p3a::p3x {

/// Up to kMost rectangles of the output picture, in pixels, in any order.
class Windows {
 public:
  static constexpr std::uint32_t kMost = 4;

  /// False: there is no room for it.
  bool add(const Rect& area) {
    if (count_ == kMost) return false;
    areas_[count_++] = area;
    return true;
  }
  std::span<const Rect> areas() const { return {areas_.data(), count_}; }
  bool empty() const { return count_ == 0; }
  bool operator==(const Windows& other) const = default;

  /// Whether all of them lie on a picture of that size.
  bool within(Size picture) const;
  /// Whether one of them holds the pixel.
  bool cover(std::uint32_t x, std::uint32_t y) const;
  /// Whether one of them has a pixel in common with the rectangle, which is on the picture.
  bool touch(const Rect& area) const;

 private:
  std::array<Rect, kMost> areas_{};
  std::uint32_t count_ = 0;
};

/// The pixels of a row that lie outside of all windows, as runs from the left.
class VisibleRuns {
 public:
  struct Run {
    std::uint32_t from, to;  ///< [from, to)
    bool operator==(const Run&) const = default;
  };

  VisibleRuns() = default;
  /// Row y of a picture `width` pixels wide.
  VisibleRuns(const Windows& windows, std::uint32_t width, std::uint32_t y);
  const Run* begin() const { return runs_.data(); }
  const Run* end() const { return runs_.data() + count_; }
  /// Whether two rows of R,G,B have the same pixels there.
  bool same(const std::uint8_t* row, const std::uint8_t* other) const;
  bool operator==(const VisibleRuns& other) const = default;

 private:
  std::array<Run, Windows::kMost + 1> runs_{};
  std::uint32_t count_ = 0;
};

}  // namespace p3a::p3x
