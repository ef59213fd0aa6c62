#include "core/codec/block_compare.h"

#include <algorithm>

namespace p3a::p3x {
namespace {

// A block and the place that a source takes it from, when both are whole and inside the picture.
struct Pair {
  const std::uint32_t* here;
  const std::uint32_t* from;  ///< nullptr: not so
};

bool is_whole(const CellBox& box) {
  return box.right - box.left == kBlock && box.bottom - box.top == kBlock;
}

Pair whole_pair(const State& state, const std::uint32_t* actual, const CellBox& box,
                const Source& source) {
  const std::int32_t left = static_cast<std::int32_t>(box.left) + source.dx;
  const std::int32_t top = static_cast<std::int32_t>(box.top) + source.dy;
  constexpr auto kSide = static_cast<std::int32_t>(kBlock);
  if (!is_whole(box) || left < 0 || top < 0 ||
      left + kSide > static_cast<std::int32_t>(state.columns()) ||
      top + kSide > static_cast<std::int32_t>(state.rows()))
    return {nullptr, nullptr};
  return {actual + box.top * state.stride() + box.left,
          state.row(source.back, static_cast<std::uint32_t>(top)) + left};
}

std::uint32_t count_whole(Pair pair, std::size_t stride) {
  FourCells equal{};
  for (std::uint32_t y = 0; y < kBlock; ++y, pair.here += stride, pair.from += stride) {
    equal += reinterpret_cast<FourCells>(load_four(pair.here) == load_four(pair.from));
    equal += reinterpret_cast<FourCells>(load_four(pair.here + 4) == load_four(pair.from + 4));
  }
  return kBlock * kBlock + equal[0] + equal[1] + equal[2] + equal[3];
}

bool same_whole(Pair pair, std::size_t stride) {
  using Two = std::uint64_t __attribute__((vector_size(16)));
  for (std::uint32_t y = 0; y < kBlock; y += 2, pair.here += 2 * stride, pair.from += 2 * stride) {
    const FourCells differ =
        (load_four(pair.here) ^ load_four(pair.from)) |
        (load_four(pair.here + 4) ^ load_four(pair.from + 4)) |
        (load_four(pair.here + stride) ^ load_four(pair.from + stride)) |
        (load_four(pair.here + stride + 4) ^ load_four(pair.from + stride + 4));
    const auto halves = reinterpret_cast<Two>(differ);
    if ((halves[0] | halves[1]) != 0) return false;
  }
  return true;
}

// `most` misses are enough to know.
std::uint32_t count_clamped(const State& state, const std::uint32_t* actual, const CellBox& box,
                            const Source& source, std::uint32_t most) {
  const auto columns = static_cast<std::int32_t>(state.columns());
  const auto rows = static_cast<std::int32_t>(state.rows());
  std::uint32_t misses = 0;
  for (std::uint32_t y = box.top; y < box.bottom && misses < most; ++y) {
    const std::int32_t from_y =
        std::clamp<std::int32_t>(static_cast<std::int32_t>(y) + source.dy, 0, rows - 1);
    const std::uint32_t* const from = state.row(source.back, static_cast<std::uint32_t>(from_y));
    const std::uint32_t* const here = actual + y * state.stride();
    for (std::uint32_t x = box.left; x < box.right; ++x) {
      const std::int32_t from_x =
          std::clamp<std::int32_t>(static_cast<std::int32_t>(x) + source.dx, 0, columns - 1);
      misses += static_cast<std::uint32_t>(here[x] != from[from_x]);
    }
  }
  return misses;
}

std::uint32_t mix(std::uint32_t hash, std::uint32_t value) {
  hash = (hash ^ value) * 0x9E3779B1U;
  return hash ^ hash >> 15;
}

}  // namespace

CellBox block_box(const State& state, std::uint32_t block) {
  const std::uint32_t left = block % state.block_columns() * kBlock;
  const std::uint32_t top = block / state.block_columns() * kBlock;
  return {left, top, std::min<std::uint32_t>(left + kBlock, state.columns()),
          std::min<std::uint32_t>(top + kBlock, state.rows())};
}

std::uint32_t count_misses(const State& state, const std::uint32_t* actual, const CellBox& box,
                           const Source& source) {
  const Pair pair = whole_pair(state, actual, box, source);
  if (pair.from != nullptr) return count_whole(pair, state.stride());
  return count_clamped(state, actual, box, source, kBlock * kBlock);
}

bool foretells(const State& state, const std::uint32_t* actual, const CellBox& box,
               const Source& source) {
  const Pair pair = whole_pair(state, actual, box, source);
  if (pair.from != nullptr) return same_whole(pair, state.stride());
  return count_clamped(state, actual, box, source, 1) == 0;
}

std::uint32_t block_hash(const State& state, const std::uint32_t* cells, std::uint32_t block) {
  const CellBox box = block_box(state, block);
  std::uint32_t hash = mix(0, block + 1);
  const std::uint32_t* row = cells + box.top * state.stride() + box.left;
  if (!is_whole(box)) {
    for (std::uint32_t y = box.top; y < box.bottom; ++y, row += state.stride())
      for (std::uint32_t x = 0; x < box.right - box.left; ++x) hash = mix(hash, row[x]);
    return hash;
  }
  FourCells left{}, right{};
  for (std::uint32_t y = 0; y < kBlock; ++y, row += state.stride()) {
    const FourCells west = load_four(row), east = load_four(row + 4);
    left = (left << 5) + left + (west ^ west >> 9);
    right = (right << 5) + right + (east ^ east >> 9);
  }
  for (int i = 0; i < 4; ++i) hash = mix(mix(hash, left[i]), right[i]);
  return hash;
}

}  // namespace p3a::p3x
