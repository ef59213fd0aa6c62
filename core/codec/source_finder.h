// Finds where changed blocks come from: earlier pictures (looping art) and places beside them
// (scrolling, moving sprites). A matter of the encoder alone.
//
// In: the state and the new picture, laid out as the state's rows. Out: up to kSources sources and
// what every block is. Works in memory that is handed in; bounded work a picture. One thread.
#pragma once

#include <cstdint>
#include <span>

#include "core/base/bytes.h"
#include "core/codec/block_compare.h"
#include "core/codec/state.h"

namespace p3a::p3x {

class SourceFinder {
 public:
  /// Memory (8-byte aligned) for pictures of up to `output` cells.
  static std::uint64_t memory_bytes(Size output);

  SourceFinder() = default;
  SourceFinder(ByteSpan memory, Size output);

  /// After State::restart() or regrid(): what earlier pictures held is forgotten.
  void restart(const State& state);

  /// Decides for the picture `actual`. False: nothing changed.
  bool plan(const State& state, const std::uint32_t* actual);
  /// A picture in which nothing changed.
  void plan_nothing(const State& state);
  std::span<const Source> sources() const { return {sources_, used_}; }
  std::span<const Block> blocks() const { return blocks_; }

  /// After State::keep(): the planned picture is the last one now.
  void kept();

 private:
  struct Candidate {
    Source source;
    std::uint32_t votes = 0;
  };
  static constexpr std::uint32_t kCandidates = 16;
  static constexpr std::uint32_t kVoteBits = 10;
  static constexpr std::uint32_t kVotes = 1U << kVoteBits;
  static constexpr std::uint32_t kSeenBits = 14;
  static constexpr std::uint32_t kPatchBits = 16;
  struct Seen {
    std::uint32_t hash = 0;
    std::uint32_t picture = 0;
  };

  void find_changes(const State& state, const std::uint32_t* actual);
  void add_candidate(const State& state, Source source);
  void look_into_the_past(const State& state);
  void look_beside(const State& state, const std::uint32_t* actual);
  void look_for_lines(const State& state, const std::uint32_t* actual);
  void add_most_voted(const State& state, Candidate* votes, std::uint32_t most);
  void open_every(std::uint32_t step);
  void find_unexplained(const State& state, const std::uint32_t* actual, std::uint32_t first);
  CellBox open_box(const State& state) const;
  static void hash_lines(const CellBox& box, const std::uint32_t* picture, std::size_t stride,
                         std::uint32_t* rows, std::uint32_t* columns);
  void compare_lines(const State& state, const std::uint32_t* actual, const CellBox& box,
                     Candidate* votes);
  template <class Found>
  void find_moved_lines(const std::uint32_t* before, const std::uint32_t* now, std::uint32_t from,
                        std::uint32_t to, Found found);
  void index_patches(const State& state, CellBox box);
  void look_up_block(const State& state, const std::uint32_t* actual, std::uint32_t block,
                     Candidate* votes) const;
  void vote(Candidate* votes, std::uint32_t x, std::uint32_t y, std::uint32_t position) const;
  void choose(const State& state, const std::uint32_t* actual);
  std::uint32_t gain(std::uint32_t candidate, std::uint32_t step) const;
  void smooth(const State& state, const std::uint32_t* actual);
  void give_sources(const State& state, const std::uint32_t* actual);
  bool find_copy(const State& state, const std::uint32_t* actual, const CellBox& box,
                 std::uint32_t& source) const;
  std::uint32_t find_nearest(const State& state, const std::uint32_t* actual, const CellBox& box,
                             std::uint32_t last) const;

  // In the memory handed in:
  std::uint32_t* patches_ = nullptr;      // by hash: where in the last picture
  Candidate* votes_ = nullptr;            // for places beside, by hash of the place
  std::uint32_t* lines_ = nullptr;        // hashes of rows and columns, before and now
  Seen* seen_ = nullptr;                  // by hash of place and content: in which picture
  std::uint32_t* hashes_ = nullptr;       // of every block of the last picture
  std::uint32_t* next_hashes_ = nullptr;  // of every block of the new one
  std::uint32_t* changed_ = nullptr;      // indices of the changed blocks
  std::uint32_t* open_ = nullptr;         // indices of those that no candidate explains yet
  std::uint8_t* misses_ = nullptr;        // for every changed block, of every candidate
  std::uint8_t* best_ = nullptr;          // for every changed block, of the chosen sources
  std::span<Block> blocks_;

  std::uint32_t changed_count_ = 0;
  std::uint32_t open_count_ = 0;
  std::uint32_t patch_bits_ = kPatchBits;
  std::uint32_t picture_ = 0;  ///< number of the last picture
  Candidate candidates_[kCandidates];
  std::uint32_t candidate_count_ = 0;
  Source sources_[kSources];
  std::uint32_t used_ = 1;
};

}  // namespace p3a::p3x
