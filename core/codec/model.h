// What P3X has learnt of a stream: the models that encoder and decoder change in step
// (docs/P3X.md, sections 6 to 8).
//
// A Model belongs to one slice. Its tables lie in memory that the State hands in. Plain data.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "core/codec/range_coder.h"

namespace p3a::p3x {

inline constexpr unsigned kMinTableBits = 10;
inline constexpr unsigned kMaxTableBits = 18;
inline constexpr std::uint32_t kPaletteBits = 12;
inline constexpr std::uint32_t kPaletteSize = 1U << kPaletteBits;
inline constexpr std::uint32_t kPairBits = 11;
inline constexpr std::uint32_t kAfterBits = 12;
inline constexpr std::uint32_t kSources = 8;  ///< where blocks may come from; 0: the last picture
inline constexpr std::uint32_t kBlock = 8;    ///< cells of a block's side
inline constexpr std::uint32_t kNoColour = 0xFFFFFFFF;

/// A place in an earlier picture: `back` pictures ago (1: the last), moved by dx, dy.
struct Source {
  std::uint8_t back = 1;
  std::int16_t dx = 0;
  std::int16_t dy = 0;
  bool operator==(const Source&) const = default;
};

enum class BlockKind : std::uint8_t { kSkip, kCopy, kCoded };
/// What became of a block in the last frame.
struct Block {
  BlockKind kind : 4 = BlockKind::kSkip;
  std::uint8_t source : 4 = 0;
};
static_assert(sizeof(Block) == 1);

/// A table of colours that followed a context: colour << 8 | tag << 3 | trust.
class ContextTable {
 public:
  static constexpr std::uint32_t kMaxTrust = 7;
  static constexpr std::uint32_t kFreshTrust = 2;

  ContextTable() = default;
  explicit ContextTable(std::span<std::uint32_t> slots)
      : slots_(slots.data()),
        shift_(32U - static_cast<unsigned>(std::bit_width(slots.size() - 1))) {}

  /// One looked-up slot, to be taught what came.
  struct Found {
    std::uint32_t* slot;
    std::uint32_t tag;
    std::uint32_t value;

    bool known() const { return (value & 0xF8U) == tag && trust() != 0; }
    std::uint32_t colour() const { return value >> 8; }
    std::uint32_t trust() const { return value & 7U; }
    /// The prediction held.
    void confirm() const {
      if (trust() < kMaxTrust) *slot = value + 1;
    }
    void learn(std::uint32_t actual) const;
  };

  /// find() with this hash is near.
  void fetch(std::uint32_t hash) const { __builtin_prefetch(slots_ + (hash >> shift_)); }
  Found find(std::uint32_t hash) const {
    std::uint32_t* slot = slots_ + (hash >> shift_);
    return {slot, (hash & 0x1FU) << 3, *slot};
  }

 private:
  std::uint32_t* slots_ = nullptr;
  unsigned shift_ = 0;
};

inline void ContextTable::Found::learn(std::uint32_t actual) const {
  if (!known()) {
    *slot = trust() > 2 ? value - 1 : actual << 8 | tag | kFreshTrust;
  } else if (colour() == actual) {
    confirm();
  } else if (trust() > 1) {
    *slot = value - 1;
  } else {
    *slot = actual << 8 | tag | kFreshTrust;
  }
}

/// The models of a slice that have a fixed size.
struct Model {
  // pixels (section 7)
  std::array<Bit, 9UL * 4 * 8 * 4> hit;
  std::array<Bit, 8UL * 8> candidate;
  std::array<Bit, 8> in_palette;
  std::array<Bit, 32> run;
  std::array<TreeBit, kPaletteSize> colour;
  std::array<TreeBit, 1U << kAfterBits> colour_after;
  std::array<std::array<std::array<TreeBit, 256>, 9>, 3> residual;
  std::array<std::uint32_t, 1U << kPairBits> pair;
  std::array<std::uint32_t, kPaletteSize> palette;
  std::uint32_t palette_count;  ///< colours ever entered; the last kPaletteSize are kept
  std::uint32_t run_state;
  std::uint32_t last_miss;
  std::uint32_t error_space, error_time;
  ContextTable with_time;
  ContextTable in_space;
  // blocks (section 6)
  std::array<Bit, 64> skip;
  std::array<Bit, 27> coded;
  std::array<std::array<std::array<TreeBit, kSources>, kSources>, kSources> source;
  std::array<TreeBit, kSources> source_count;
  TreeBit same_source;
  std::array<TreeBit, 256> back;
  std::array<std::array<TreeBit, 16>, 2> magnitude;
  std::array<TreeBit, 2> sign;
  std::array<Source, kSources> sources;
  std::uint32_t sources_used;

  /// As before the first picture; the context tables are the State's.
  void reset();
};

}  // namespace p3a::p3x
