#include "core/codec/grid_finder.h"

#include <cstring>
#include <numeric>

namespace p3a::p3x {
namespace {

// How often all rows are looked at to see whether a coarser grid would do, and how many such looks
// must agree.
constexpr std::uint32_t kLookEvery = 8;
constexpr std::uint32_t kLooks = 4;

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

void GridFinder::restart(Size size) {
  size_ = size;
  all_ = {};
  recent_ = {};
  age_ = 0;
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

void GridFinder::mark(const RgbPicture& picture, const std::uint8_t* changed, Cuts& cuts) {
  const std::size_t bytes = picture.size.width * 3UL;
  differs_.fill(0);
  for (std::uint32_t y = 0; y < picture.size.height; ++y) {
    const bool news = changed == nullptr || changed[y] != 0;
    if (y > 0 && (news || changed[y - 1] != 0)) {
      const bool same = std::memcmp(picture.row(y), picture.row(y - 1), bytes) == 0;
      if (!same) cuts.rows[y] = 1;
      if (same) continue;
    }
    if (news) compare_with_left(picture.row(y), bytes, differs_.data());
  }
  for (std::uint32_t x = 1; x < picture.size.width; ++x)
    if ((differs_[3UL * x] | differs_[3UL * x + 1] | differs_[3UL * x + 2]) != 0)
      cuts.columns[x] = 1;
}

bool GridFinder::grow(const Cuts& cuts) {
  const bool columns_hold = holds(grid_.columns, cuts.columns.data());
  const bool rows_hold = holds(grid_.rows, cuts.rows.data());
  if (!columns_hold) snap(cuts.columns.data(), size_.width, grid_.columns);
  if (!rows_hold) snap(cuts.rows.data(), size_.height, grid_.rows);
  return !columns_hold || !rows_hold;
}

bool GridFinder::shrink(const RgbPicture& picture) {
  if (++age_ % kLookEvery != 0) return false;
  mark(picture, nullptr, recent_);
  if (age_ < kLookEvery * kLooks) return false;
  age_ = 0;
  snap(recent_.columns.data(), size_.width, coarser_.columns);
  snap(recent_.rows.data(), size_.height, coarser_.rows);
  const bool worth_it = coarser_.cells().pixels() * 2 <= grid_.cells().pixels();
  if (worth_it) {
    grid_ = coarser_;
    all_ = recent_;
  }
  recent_ = {};
  return worth_it;
}

bool GridFinder::update(const RgbPicture& picture, const std::uint8_t* changed) {
  mark(picture, changed, all_);
  const bool smaller = shrink(picture);
  return grow(all_) || smaller;
}

}  // namespace p3a::p3x
