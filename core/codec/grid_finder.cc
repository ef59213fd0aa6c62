#include "core/codec/grid_finder.h"

#include <algorithm>
#include <cstring>
#include <numeric>

namespace p3a::p3x {
namespace {

// How often all rows are looked at to see whether a coarser grid would do, and how many such looks
// must agree.
constexpr std::uint32_t kLookEvery = 8;
constexpr std::uint32_t kLooks = 4;
// A new scene must be that much coarser to be given its own grid at once, and the grid so fine that
// it matters. One that is gone again within kFlap pictures makes it wait.
constexpr std::uint32_t kCutTimes = 4, kFineGrid = 128 * 128;
constexpr std::uint32_t kFlap = 2, kFirstPause = 8, kLongestPause = 512;

using Lane = std::uint8_t __attribute__((vector_size(16)));

Lane load(const std::uint8_t* from) {
  Lane lane;
  std::memcpy(&lane, from, sizeof lane);
  return lane;
}

// differs[i] becomes not 0 where a byte differs from the same channel of the pixel at its left.
void compare_with_left(const std::uint8_t* row, std::size_t bytes, std::uint8_t* differs) {
  std::size_t i = 3;
  for (; i + sizeof(Lane) <= bytes; i += sizeof(Lane)) {
    Lane sum = load(differs + i);
    sum |= load(row + i) ^ load(row + i - 3);
    std::memcpy(differs + i, &sum, sizeof sum);
  }
  for (; i < bytes; ++i)
    if (row[i] != row[i - 3]) differs[i] = 1;
}

std::uint32_t count(const std::uint8_t* marks, std::uint32_t size) {
  std::uint32_t cuts = 1;
  for (std::uint32_t i = 1; i < size; ++i) cuts += marks[i] != 0;
  return cuts;
}

bool holds(const Axis& axis, const std::uint8_t* marks) {
  std::uint32_t cell = 1;
  for (std::uint32_t x = 1; x < axis.size(); ++x) {
    while (axis.start(cell) < x) ++cell;
    if (marks[x] != 0 && axis.start(cell) != x) return false;
  }
  return true;
}

}  // namespace

const std::uint8_t* RgbPicture::row(std::uint32_t y) const {
  return pixels + (row_of == nullptr ? y : row_of[y]) * stride;
}

void GridFinder::restart(Size size, const Windows& windows) {
  size_ = size;
  windows_ = windows;
  all_ = {};
  recent_ = {};
  age_ = 0;
  since_cut_ = kFlap;
  pause_ = next_pause_ = 0;
  grid_.columns.set_marks(all_.columns.data(), size.width);
  grid_.rows.set_marks(all_.rows.data(), size.height);
}

// The cuts of a whole factor that begins anywhere: a letterbox around pixels k wide. False: none.
bool GridFinder::snap_to_factor(const std::uint8_t* marks, std::uint32_t size, Axis& out) {
  std::uint32_t first = 0, last = 0, factor = 0;
  for (std::uint32_t x = 1; x < size; ++x) {
    if (marks[x] == 0) continue;
    if (first == 0) first = x;
    if (last != 0) factor = std::gcd(factor, x - last);
    last = x;
  }
  if (factor < 2) return false;
  regular_.fill(0);
  for (std::uint32_t x = first; x <= last; x += factor) regular_[x] = std::uint8_t{1};
  out.set_marks(regular_.data(), size);
  return true;
}

// The coarsest upscale that has all cuts, when there are enough of them to believe it: the grid
// then does not change with every cell that lights up for the first time.
void GridFinder::snap(const std::uint8_t* marks, std::uint32_t size, Axis& out) {
  const std::uint32_t cuts = count(marks, size);
  if (cuts > size / 2) return out.set_regular(AxisKind::kEdges, size, size);
  const std::uint32_t most = std::min<std::uint32_t>(size / 2, cuts * 3);
  for (std::uint32_t cells = std::max<std::uint32_t>(cuts, 8); cells <= most; ++cells) {
    for (const AxisKind kind : {AxisKind::kEdges, AxisKind::kCentres}) {
      out.set_regular(kind, size, cells);
      if (holds(out, marks)) return;
    }
  }
  if (!snap_to_factor(marks, size, out) || out.cells() > cuts * 3) out.set_marks(marks, size);
}

void GridFinder::mark_edges(Cuts& cuts) const {
  for (const Rect& area : windows_.areas()) {
    const auto left = static_cast<std::uint32_t>(area.x), right = left + area.width;
    const auto top = static_cast<std::uint32_t>(area.y), bottom = top + area.height;
    for (const std::uint32_t x : {left, right})
      if (x < size_.width) cuts.columns[x] = 1;
    for (const std::uint32_t y : {top, bottom})
      if (y < size_.height) cuts.rows[y] = 1;
  }
}

void GridFinder::mark(const RgbPicture& picture, const std::uint8_t* changed, Cuts& cuts) {
  differs_.fill(0);
  VisibleRuns above;
  for (std::uint32_t y = 0; y < picture.size.height; ++y) {
    const bool news = changed == nullptr || changed[y] != 0;
    const VisibleRuns runs(windows_, picture.size.width, y);
    // Where a window begins or ends there is a cut, and nothing to compare.
    if (y > 0 && runs == above && (news || changed[y - 1] != 0)) {
      const bool same = runs.same(picture.row(y), picture.row(y - 1));
      if (!same) cuts.rows[y] = 1;
      if (same) continue;
    }
    above = runs;
    if (!news) continue;
    for (const auto& run : runs)
      compare_with_left(picture.row(y) + run.from * 3UL, (run.to - run.from) * 3UL,
                        differs_.data() + run.from * 3UL);
  }
  for (std::uint32_t x = 1; x < picture.size.width; ++x)
    if ((differs_[3UL * x] | differs_[3UL * x + 1] | differs_[3UL * x + 2]) != 0)
      cuts.columns[x] = 1;
  mark_edges(cuts);
}

bool GridFinder::grow(const Cuts& cuts) {
  const bool columns_hold = holds(grid_.columns, cuts.columns.data());
  const bool rows_hold = holds(grid_.rows, cuts.rows.data());
  if (!columns_hold) snap(cuts.columns.data(), size_.width, grid_.columns);
  if (!rows_hold) snap(cuts.rows.data(), size_.height, grid_.rows);
  return !columns_hold || !rows_hold;
}

bool GridFinder::take_if_smaller(const Cuts& cuts, std::uint32_t times) {
  snap(cuts.columns.data(), size_.width, coarser_.columns);
  snap(cuts.rows.data(), size_.height, coarser_.rows);
  if (coarser_.cells().pixels() * times > grid_.cells().pixels()) return false;
  grid_ = coarser_;
  all_ = cuts;
  recent_ = {};
  age_ = 0;
  return true;
}

// Looks at all rows now and then; whether a coarser grid has been enough for a while.
bool GridFinder::shrink(const RgbPicture& picture) {
  if (++age_ % kLookEvery != 0) return false;
  mark(picture, nullptr, recent_);
  if (age_ < kLookEvery * kLooks) return false;
  if (take_if_smaller(recent_, 2)) return true;
  recent_ = {};
  age_ = 0;
  return false;
}

// A new scene that is much coarser than the grid gets its own at once: coding its cells many times
// over would take as much longer. Not for pictures of nearly one colour.
bool GridFinder::cut(bool new_scene, bool grown) {
  ++since_cut_;
  if (pause_ > 0) --pause_;
  if (!new_scene || pause_ > 0 || grid_.cells().pixels() < kFineGrid) return false;
  const std::uint64_t columns = count(now_.columns.data(), size_.width);
  const std::uint64_t rows = count(now_.rows.data(), size_.height);
  const std::uint32_t times = grown ? kCutTimes / 2 : kCutTimes;
  if (columns < 8 || rows < 8 || columns * rows * times > grid_.cells().pixels()) return false;
  before_cut_ = grid_.cells().pixels();
  if (!take_if_smaller(now_, times)) return false;
  since_cut_ = 0;
  return true;
}

bool GridFinder::update(const RgbPicture& picture, const std::uint8_t* changed) {
  const auto news = static_cast<std::uint32_t>(
      std::count_if(changed, changed + size_.height, [](std::uint8_t c) { return c != 0; }));
  const bool new_scene = news * 2 >= size_.height;
  now_ = {};
  mark(picture, new_scene ? nullptr : changed, now_);
  for (std::uint32_t i = 0; i < kMaxSide; ++i) {
    all_.columns[i] |= now_.columns[i];
    all_.rows[i] |= now_.rows[i];
  }
  const bool smaller = shrink(picture);
  const bool larger = grow(all_);
  const bool back_again = larger && grid_.cells().pixels() * 2 >= before_cut_;
  if (back_again && since_cut_ < kFlap)
    pause_ = next_pause_ = std::clamp(next_pause_ * 2, kFirstPause, kLongestPause);
  else if (since_cut_ == kFlap)
    next_pause_ = 0;
  const bool coarser = cut(new_scene, larger);
  return larger || smaller || coarser;
}

}  // namespace p3a::p3x
