#include "core/codec/grid.h"

namespace p3a::p3x {

void Axis::set_regular(AxisKind kind, std::uint32_t size, std::uint32_t cells) {
  kind_ = kind;
  cells_ = cells;
  // Output pixel x shows cell floor((2x + 1) cells / 2 size), or floor(x cells / size): the first
  // such x of cell i, by ceiling division.
  const std::uint32_t half = kind == AxisKind::kCentres ? cells : 0;
  for (std::uint32_t i = 0; i < cells; ++i) {
    const std::uint32_t edge = 2 * i * size;
    const std::uint32_t start = edge <= half ? 0 : (edge - half + 2 * cells - 1) / (2 * cells);
    start_[i] = static_cast<std::uint16_t>(start);
  }
  start_[cells] = static_cast<std::uint16_t>(size);
}

void Axis::set_marks(const std::uint8_t* marks, std::uint32_t size) {
  kind_ = AxisKind::kWidths;
  cells_ = 0;
  start_[0] = 0;
  for (std::uint32_t x = 1; x < size; ++x)
    if (marks[x] != 0) start_[++cells_] = static_cast<std::uint16_t>(x);
  start_[++cells_] = static_cast<std::uint16_t>(size);
}

}  // namespace p3a::p3x
