// Where the cells of the native picture lie in the output picture (docs/P3X.md, section 5).
//
// An axis cuts 1 to kMaxSide output pixels into cells of at least one pixel: it is complete and
// ascending or it does not exist. Plain values without heap; any thread.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "core/base/error.h"
#include "core/base/geometry.h"
#include "core/codec/range_coder.h"

namespace p3a::p3x {

inline constexpr std::uint32_t kMaxSide = 2048;  ///< of the output picture

/// How the cells of an axis are spelt in the stream.
enum class AxisKind : std::uint8_t {
  kWidths,   ///< each width
  kCentres,  ///< nearest upscale that samples at pixel centres (OpenGL, Pillow)
  kEdges,    ///< nearest upscale that samples at pixel edges (OpenCV, integer factors)
};

class Axis {
 public:
  /// `size` and `cells` 1 to kMaxSide, cells <= size. In place: axes are large for a stack.
  void set_regular(AxisKind kind, std::uint32_t size, std::uint32_t cells);
  /// Cuts before every pixel whose mark is not 0; marks[0] counts as set.
  void set_marks(const std::uint8_t* marks, std::uint32_t size);

  AxisKind kind() const { return kind_; }
  std::uint32_t cells() const { return cells_; }
  std::uint32_t size() const { return start_[cells_]; }
  /// First output pixel of a cell; start(cells()) is size().
  std::uint32_t start(std::uint32_t cell) const { return start_[cell]; }
  /// The cell that an output pixel, less than size(), lies in.
  std::uint32_t cell_at(std::uint32_t pixel) const {
    return static_cast<std::uint32_t>(std::upper_bound(&start_[0], &start_[cells_], pixel) -
                                      &start_[0] - 1);
  }
  bool operator==(const Axis& other) const {
    return cells_ == other.cells_ && std::equal(&start_[0], &start_[cells_] + 1, &other.start_[0]);
  }

  /// Writes or reads an axis of `size` pixels; whether it could be read. Unread, it stays as it
  /// was.
  template <class Coder>
  static bool code(Coder& coder, Axis& axis, std::uint32_t size);

 private:
  struct Models {
    std::array<TreeBit, 4> kind;
    std::array<TreeBit, 64> same;
    std::array<TreeBit, 64> swap;
    std::array<TreeBit, 16> magnitude;
  };
  template <class Coder>
  static std::uint32_t code_width(Coder& coder, Models& models, std::uint32_t width);
  template <class Coder>
  static bool code_widths(Coder& coder, Models& models, Axis& axis, std::uint32_t size);

  AxisKind kind_ = AxisKind::kWidths;
  std::uint32_t cells_ = 0;
  std::array<std::uint16_t, kMaxSide + 1> start_{};
};

struct Grid {
  Axis columns;
  Axis rows;

  Size output() const { return {columns.size(), rows.size()}; }
  Size cells() const { return {columns.cells(), rows.cells()}; }
  bool operator==(const Grid&) const = default;
};

template <class Coder>
std::uint32_t Axis::code_width(Coder& coder, Models& models, std::uint32_t width) {
  const auto bits = code_tree(coder, models.magnitude.data(), 4,
                              static_cast<std::uint32_t>(std::bit_width(width)));
  std::uint32_t value = bits == 0 ? 0 : 1;
  for (std::uint32_t i = bits; i-- > 1;)
    value = value << 1 | static_cast<std::uint32_t>(coder.even((width >> (i - 1) & 1) != 0));
  return value;
}

template <class Coder>
bool Axis::code_widths(Coder& coder, Models& models, Axis& axis, std::uint32_t size) {
  std::uint32_t last = 0, other = 0, past = 0, at = 0, cells = 0;
  while (at < size) {
    const std::uint32_t actual =
        Coder::kDecodes ? 0 : static_cast<std::uint32_t>(axis.start_[cells + 1] - at);
    std::uint32_t width = last;
    const bool same = coder.bit(models.same[past], actual == last);
    if (!same) {
      const bool swap = coder.bit(models.swap[past], actual == other);
      width = swap ? other : code_width(coder, models, actual);
      other = last;
      last = width;
    }
    past = (past << 1 | static_cast<std::uint32_t>(same)) & 63U;
    if (width == 0 || width > size - at) return false;
    at += width;
    axis.start_[++cells] = static_cast<std::uint16_t>(at);
  }
  axis.cells_ = cells;
  return true;
}

template <class Coder>
bool Axis::code(Coder& coder, Axis& axis, std::uint32_t size) {
  Models models;
  const std::uint32_t kind =
      code_tree(coder, models.kind.data(), 2, static_cast<std::uint32_t>(axis.kind_));
  if (kind > static_cast<std::uint32_t>(AxisKind::kEdges)) return false;
  axis.kind_ = static_cast<AxisKind>(kind);
  if (axis.kind_ == AxisKind::kWidths) return code_widths(coder, models, axis, size);
  const std::uint32_t cells = code_width(coder, models, axis.cells_);
  if (cells == 0 || cells > size) return false;
  if constexpr (Coder::kDecodes) axis.set_regular(axis.kind_, size, cells);
  return true;
}

}  // namespace p3a::p3x
