// How blocks of a new picture compare with places in earlier ones: what the encoder's search spends
// its time on. Whole blocks inside the picture go four cells at a time, the others one by one.
//
// In: the state and the new picture, laid out as the state's rows. Plain functions; any thread.
#pragma once

#include <cstdint>
#include <cstring>

#include "core/codec/state.h"

namespace p3a::p3x {

/// Four cells at once.
using FourCells = std::uint32_t __attribute__((vector_size(16)));

inline FourCells load_four(const std::uint32_t* from) {
  FourCells four;
  std::memcpy(&four, from, sizeof four);
  return four;
}

/// A part of the picture, in cells.
struct CellBox {
  std::uint32_t left, top, right, bottom;
};

/// The cells of a block, counted row by row.
CellBox block_box(const State& state, std::uint32_t block);

/// How many cells of a block a source does not foretell.
std::uint32_t count_misses(const State& state, const std::uint32_t* actual, const CellBox& box,
                           const Source& source);
/// Whether a source foretells all of them: the same as no misses, sooner.
bool foretells(const State& state, const std::uint32_t* actual, const CellBox& box,
               const Source& source);

/// A hash of a block's place and cells.
std::uint32_t block_hash(const State& state, const std::uint32_t* cells, std::uint32_t block);

}  // namespace p3a::p3x
