#include "core/codec/windows.h"

#include <algorithm>
#include <cstring>

namespace p3a::p3x {
namespace {

bool has_row(const Rect& area, std::uint32_t y) {
  const auto top = static_cast<std::uint32_t>(area.y);
  return y >= top && y - top < area.height;
}

}  // namespace

bool Windows::within(Size picture) const {
  return std::ranges::all_of(areas(), [&](const Rect& area) { return area.within(picture); });
}

bool Windows::cover(std::uint32_t x, std::uint32_t y) const {
  return std::ranges::any_of(areas(), [&](const Rect& area) {
    const auto left = static_cast<std::uint32_t>(area.x);
    return has_row(area, y) && x >= left && x - left < area.width;
  });
}

bool Windows::touch(const Rect& area) const {
  const auto overlap = [](std::int32_t a, std::uint32_t a_size, std::int32_t b,
                          std::uint32_t b_size) {
    return std::int64_t{a} < std::int64_t{b} + b_size && std::int64_t{b} < std::int64_t{a} + a_size;
  };
  return std::ranges::any_of(areas(), [&](const Rect& window) {
    return overlap(window.x, window.width, area.x, area.width) &&
           overlap(window.y, window.height, area.y, area.height);
  });
}

VisibleRuns::VisibleRuns(const Windows& windows, std::uint32_t width, std::uint32_t y) {
  for (std::uint32_t at = 0; at < width;) {
    // The end of the windows that hold `at`, else the nearest one to its right.
    std::uint32_t end = at, next = width;
    for (const Rect& area : windows.areas()) {
      if (!has_row(area, y)) continue;
      const auto left = static_cast<std::uint32_t>(area.x);
      if (left > at)
        next = std::min(next, left);
      else
        end = std::max(end, left + area.width);
    }
    if (end > at) {
      at = end;
      continue;
    }
    runs_[count_++] = {at, next};
    at = next;
  }
}

bool VisibleRuns::same(const std::uint8_t* row, const std::uint8_t* other) const {
  if (row == other) return true;
  for (const Run& run : *this)
    if (std::memcmp(row + run.from * 3UL, other + run.from * 3UL, (run.to - run.from) * 3UL) != 0)
      return false;
  return true;
}

}  // namespace p3a::p3x
