#include "core/codec/source_finder.h"

#include <algorithm>
#include <cstring>

#include "core/codec/block_compare.h"
#include "core/codec/pixel_coder.h"
#include "core/codec/placer.h"

namespace p3a::p3x {
namespace {

constexpr std::uint32_t kPatch = 4;    // side of the squares that are looked for
constexpr std::uint32_t kMargin = 16;  // how far around the changes the last picture is indexed
constexpr std::uint32_t kAmbiguous = 0x3FFFFF;  // a patch that is there more than once
constexpr std::uint32_t kManyBlocks = 48;       // when whole lines are compared
constexpr std::uint32_t kLargeChange = 1024;    // blocks
constexpr std::uint32_t kWorthSource = 10;      // cells that a source must save

std::uint64_t block_count(Size output) {
  return (std::uint64_t{output.width / kBlock + 1} * (output.height / kBlock + 1) + 7) / 8 * 8;
}

std::uint32_t row_hash(const std::uint32_t* cells) {
  return cells[0] * 0x85EBCA6BU + cells[1] * 0xC2B2AE35U + cells[2] * 0x27D4EB2FU +
         cells[3] * 0x165667B1U;
}

std::uint32_t patch_hash(std::uint32_t a, std::uint32_t b, std::uint32_t c, std::uint32_t d) {
  std::uint32_t hash = a * 0xB55A4F09U + (b ^ b >> 13) * 0x8F1BBCDDU + (c ^ c >> 15) * 0xA24BAED5U +
                       (d ^ d >> 17) * 0x9FB21C65U;
  hash ^= hash >> 15;
  return hash * kMix;
}

// What a block costs, roughly in cells.
std::uint32_t cost(std::uint32_t misses) { return misses == 0 ? 0U : misses + 4U; }

}  // namespace

std::uint64_t SourceFinder::memory_bytes(Size output) {
  const std::uint64_t blocks = block_count(output);
  return (std::uint64_t{4} << kPatchBits) + (std::uint64_t{sizeof(Seen)} << kSeenBits) +
         16 * kMaxSide + sizeof(Candidate) * kVotes +
         blocks * (4 + 4 + 4 + 4 + kCandidates + 1 + 1);
}

SourceFinder::SourceFinder(ByteSpan memory, Size output) {
  Placer placer(memory);
  const std::uint64_t blocks = block_count(output);
  patches_ = placer.place<std::uint32_t>(std::uint64_t{1} << kPatchBits);
  seen_ = placer.place<Seen>(std::uint64_t{1} << kSeenBits);
  votes_ = placer.place<Candidate>(kVotes);
  lines_ = placer.place<std::uint32_t>(4 * kMaxSide);
  hashes_ = placer.place<std::uint32_t>(blocks);
  next_hashes_ = placer.place<std::uint32_t>(blocks);
  changed_ = placer.place<std::uint32_t>(blocks);
  open_ = placer.place<std::uint32_t>(blocks);
  misses_ = placer.place<std::uint8_t>(blocks * kCandidates);
  best_ = placer.place<std::uint8_t>(blocks);
  blocks_ = {placer.place<Block>(blocks), static_cast<std::size_t>(blocks)};
}

void SourceFinder::restart(const State& state) {
  std::fill_n(seen_, std::size_t{1} << kSeenBits, Seen{});
  const std::uint32_t blocks = state.block_columns() * state.block_rows();
  for (std::uint32_t i = 0; i < blocks; ++i) hashes_[i] = block_hash(state, state.row(1, 0), i);
  patch_bits_ = std::min<std::uint32_t>(
      kPatchBits, 2 + static_cast<std::uint32_t>(std::bit_width(state.columns() * state.rows())));
  picture_ = 1;
}

void SourceFinder::find_changes(const State& state, const std::uint32_t* actual) {
  changed_count_ = 0;
  const std::uint32_t width = state.block_columns();
  std::fill_n(blocks_.begin(), width * state.block_rows(), Block{});
  for (std::uint32_t row = 0; row < state.block_rows(); ++row) {
    const std::uint32_t last = std::min<std::uint32_t>(row * kBlock + kBlock, state.rows());
    for (std::uint32_t y = row * kBlock; y < last; ++y) {
      const std::uint32_t* const here = actual + y * state.stride();
      const std::uint32_t* const past = state.row(1, y);
      if (std::memcmp(here, past, state.columns() * 4UL) == 0) continue;
      for (std::uint32_t column = 0; column < width; ++column) {
        Block& block = blocks_[row * width + column];
        const std::uint32_t left = column * kBlock;
        const std::uint32_t cells = std::min<std::uint32_t>(kBlock, state.columns() - left);
        if (block.kind == BlockKind::kSkip &&
            std::memcmp(here + left, past + left, cells * 4UL) != 0)
          block.kind = BlockKind::kCoded;
      }
    }
    for (std::uint32_t i = row * width; i < (row + 1) * width; ++i)
      if (blocks_[i].kind != BlockKind::kSkip) changed_[changed_count_++] = i;
  }
}

bool SourceFinder::plan(const State& state, const std::uint32_t* actual) {
  find_changes(state, actual);
  if (changed_count_ == 0) return false;
  sources_[0] = Source{};
  used_ = 1;
  candidate_count_ = 0;
  for (std::uint32_t i = 0; i < changed_count_; ++i)
    next_hashes_[changed_[i]] = block_hash(state, actual, changed_[i]);
  if (state.past() == 0) return true;
  add_candidate(state, Source{});
  const Model& model = state.model(0);
  for (std::uint32_t i = 1; i < model.sources_used; ++i) add_candidate(state, model.sources[i]);
  look_into_the_past(state);
  // The first candidate, the last picture in place, foretells none. When most of a large change is
  // new to older pictures, these, which no cache holds, are asked last.
  open_every(std::max<std::uint32_t>(1U, changed_count_ / kManyBlocks));
  find_unexplained(state, actual, 1);
  const bool new_to_all = changed_count_ >= kLargeChange && open_count_ * 2 > kManyBlocks;
  open_every(1);
  if (new_to_all) look_for_lines(state, actual);
  find_unexplained(state, actual, 1);
  if (!new_to_all && open_count_ >= kManyBlocks) look_for_lines(state, actual);
  if (open_count_ > 1) look_beside(state, actual);
  choose(state, actual);
  return true;
}

void SourceFinder::plan_nothing(const State& state) {
  changed_count_ = 0;
  used_ = 1;
  sources_[0] = Source{};
  std::fill_n(blocks_.begin(), state.block_columns() * state.block_rows(), Block{});
}

void SourceFinder::add_candidate(const State& state, Source source) {
  if (candidate_count_ == kCandidates || source.back == 0 || source.back > state.past()) return;
  for (std::uint32_t i = 0; i < candidate_count_; ++i)
    if (candidates_[i].source == source) return;
  candidates_[candidate_count_++] = {.source = source, .votes = 0};
}

// Pictures that held the same blocks at the same places, by how many.
void SourceFinder::look_into_the_past(const State& state) {
  std::uint32_t counts[kMaxPictures + 1] = {};
  for (std::uint32_t i = 0; i < changed_count_; ++i) {
    const std::uint32_t hash = next_hashes_[changed_[i]];
    const Seen& seen = seen_[hash >> (32 - kSeenBits)];
    if (seen.hash != hash || seen.picture == 0) continue;
    const std::uint32_t back = picture_ - seen.picture + 1;
    if (back <= state.past()) ++counts[back];
  }
  for (int i = 0; i < 4; ++i) {
    std::uint32_t* const best = std::max_element(counts, counts + kMaxPictures + 1);
    if (*best == 0) return;
    *best = 0;
    add_candidate(state, {.back = static_cast<std::uint8_t>(best - counts), .dx = 0, .dy = 0});
  }
}

void SourceFinder::open_every(std::uint32_t step) {
  open_count_ = 0;
  for (std::uint32_t i = 0; i < changed_count_; i += step) open_[open_count_++] = changed_[i];
}

// Leaves of the open blocks those that no candidate from `first` on foretells.
void SourceFinder::find_unexplained(const State& state, const std::uint32_t* actual,
                                    std::uint32_t first) {
  std::uint32_t likely = first, left = 0;
  for (std::uint32_t i = 0; i < open_count_ && first < candidate_count_; ++i) {
    const CellBox box = block_box(state, open_[i]);
    bool open = !foretells(state, actual, box, candidates_[likely].source);
    for (std::uint32_t k = first; open && k < candidate_count_; ++k) {
      if (k == likely || !foretells(state, actual, box, candidates_[k].source)) continue;
      likely = k;
      open = false;
    }
    if (open) open_[left++] = open_[i];
  }
  if (first < candidate_count_) open_count_ = left;
}

CellBox SourceFinder::open_box(const State& state) const {
  CellBox box{state.columns(), state.rows(), 0, 0};
  for (std::uint32_t i = 0; i < open_count_; ++i) {
    const CellBox block = block_box(state, open_[i]);
    box = {std::min<std::uint32_t>(box.left, block.left),
           std::min<std::uint32_t>(box.top, block.top),
           std::max<std::uint32_t>(box.right, block.right),
           std::max<std::uint32_t>(box.bottom, block.bottom)};
  }
  return box;
}

// Hashes of all rows and all columns of a box, in one pass.
void SourceFinder::hash_lines(const CellBox& box, const std::uint32_t* picture, std::size_t stride,
                              std::uint32_t* rows, std::uint32_t* columns) {
  const auto step = [](auto hash, auto cells) { return (hash << 5) + hash + (cells ^ cells >> 9); };
  std::fill(columns + box.left, columns + box.right, 1U);
  for (std::uint32_t y = box.top; y < box.bottom; ++y) {
    const std::uint32_t* const cells = picture + y * stride;
    FourCells sum{1, 1, 1, 1};
    std::uint32_t x = box.left;
    for (; x + 4 <= box.right; x += 4) {
      const FourCells four = load_four(cells + x);
      sum = step(sum, four);
      const FourCells column = step(load_four(columns + x), four);
      std::memcpy(columns + x, &column, sizeof column);
    }
    std::uint32_t hash = 1;
    for (int i = 0; i < 4; ++i) hash = (hash ^ sum[i]) * kMix;
    for (; x < box.right; ++x) {
      hash = (hash ^ cells[x]) * kMix;
      columns[x] = step(columns[x], cells[x]);
    }
    rows[y] = hash;
  }
}

// Whole rows and columns that moved: text and other repetitive content scrolls that way.
void SourceFinder::compare_lines(const State& state, const std::uint32_t* actual,
                                 const CellBox& box, Candidate* votes) {
  std::uint32_t *const rows_before = lines_, *const rows_now = lines_ + kMaxSide;
  std::uint32_t *const columns_before = lines_ + 2 * kMaxSide, *const columns_now =
                                                                   lines_ + 3 * kMaxSide;
  hash_lines(box, state.row(1, 0), state.stride(), rows_before, columns_before);
  hash_lines(box, actual, state.stride(), rows_now, columns_now);
  find_moved_lines(rows_before, rows_now, box.top, box.bottom,
                   [&](std::uint32_t to, std::uint32_t from) { vote(votes, 0, to, from << 11); });
  find_moved_lines(columns_before, columns_now, box.left, box.right,
                   [&](std::uint32_t to, std::uint32_t from) { vote(votes, to, 0, from); });
}

// Lines [from, to) that were there before, once: `found(now, before)`.
template <class Found>
void SourceFinder::find_moved_lines(const std::uint32_t* before, const std::uint32_t* now,
                                    std::uint32_t from, std::uint32_t to, Found found) {
  constexpr unsigned kLineBits = 12;
  std::fill_n(patches_, std::size_t{1} << kLineBits, 0U);
  for (std::uint32_t i = from; i < to; ++i) {
    std::uint32_t& slot = patches_[before[i] * kMix >> (32 - kLineBits)];
    slot = slot == 0 ? i + 1 : kAmbiguous;
  }
  for (std::uint32_t i = from; i < to; ++i) {
    const std::uint32_t slot = patches_[now[i] * kMix >> (32 - kLineBits)];
    if (slot != 0 && slot != kAmbiguous && before[slot - 1] == now[i]) found(i, slot - 1);
  }
}

// The last picture's patches at every fourth place, around what is unexplained.
void SourceFinder::index_patches(const State& state, CellBox box) {
  box.left -= std::min<std::uint32_t>(box.left, kMargin);
  box.top -= std::min<std::uint32_t>(box.top, kMargin);
  box.right = std::min<std::uint32_t>(box.right + kMargin, state.columns());
  box.bottom = std::min<std::uint32_t>(box.bottom + kMargin, state.rows());
  std::fill_n(patches_, std::size_t{1} << patch_bits_, 0U);
  std::uint32_t* const near = lines_;  // block rows, kMargin above them
  std::fill_n(near, state.block_rows() + 2 * kMargin / kBlock, 0U);
  for (std::uint32_t i = 0; i < open_count_; ++i)
    std::fill_n(near + open_[i] / state.block_columns(), 2 * kMargin / kBlock + 1, 1U);
  const std::size_t stride = state.stride();
  for (std::uint32_t y = box.top; y + kPatch <= box.bottom; y += kPatch) {
    if (near[(y + kMargin) / kBlock] == 0) continue;
    const std::uint32_t* const cells = state.row(1, y);
    for (std::uint32_t x = box.left; x + kPatch <= box.right; x += kPatch) {
      const std::uint32_t* const at = cells + x;
      const std::uint32_t hash = patch_hash(row_hash(at), row_hash(at + stride),
                                            row_hash(at + 2 * stride), row_hash(at + 3 * stride));
      std::uint32_t& slot = patches_[hash >> (32 - patch_bits_)];
      const std::uint32_t tag = (hash & 0x3FFU) << 22;
      const bool again = slot != 0 && (slot & 0xFFC00000U) == tag;
      slot = tag | (again ? kAmbiguous : y << 11 | x);
    }
  }
}

void SourceFinder::vote(Candidate* votes, std::uint32_t x, std::uint32_t y,
                        std::uint32_t position) const {
  const Source source{
      .back = 1,
      .dx = static_cast<std::int16_t>(static_cast<int>(position & 0x7FFU) - static_cast<int>(x)),
      .dy = static_cast<std::int16_t>(static_cast<int>(position >> 11) - static_cast<int>(y))};
  if (source == Source{}) return;
  const auto key = static_cast<std::uint32_t>(source.dx) * 0x85EBCA6BU +
                   static_cast<std::uint32_t>(source.dy) * 0xC2B2AE35U;
  const std::uint32_t first = key >> (32 - kVoteBits);
  for (std::uint32_t i = 0; i < 8; ++i) {
    Candidate& vote = votes[(first + i) % kVotes];
    if (vote.votes == 0) vote.source = source;
    if (vote.source != source) continue;
    ++vote.votes;
    return;
  }
}

// What moved as a whole, and explains most: the dearer search is for the rest.
void SourceFinder::look_for_lines(const State& state, const std::uint32_t* actual) {
  Candidate* const votes = votes_;
  std::fill_n(votes, kVotes, Candidate{});
  compare_lines(state, actual, open_box(state), votes);
  const std::uint32_t before = candidate_count_;
  add_most_voted(state, votes, 2);
  find_unexplained(state, actual, before);
}

// Patches of unexplained blocks, at every place, that the last picture had elsewhere.
void SourceFinder::look_beside(const State& state, const std::uint32_t* actual) {
  constexpr std::uint32_t kSample = 256;
  if (state.columns() < kPatch || state.rows() < kPatch) return;
  Candidate* const votes = votes_;
  std::fill_n(votes, kVotes, Candidate{});
  index_patches(state, open_box(state));
  const std::uint32_t step = std::max<std::uint32_t>(1U, open_count_ / kSample);
  for (std::uint32_t i = 0; i < open_count_; i += step)
    look_up_block(state, actual, open_[i], votes);
  add_most_voted(state, votes, 6);
}

void SourceFinder::add_most_voted(const State& state, Candidate* votes, std::uint32_t most) {
  for (std::uint32_t i = 0; i < most; ++i) {
    Candidate* const best =
        std::max_element(votes, votes + kVotes,
                         [](const Candidate& a, const Candidate& b) { return a.votes < b.votes; });
    if (best->votes < 2) return;
    best->votes = 0;
    add_candidate(state, best->source);
  }
}

void SourceFinder::look_up_block(const State& state, const std::uint32_t* actual,
                                 std::uint32_t block, Candidate* votes) const {
  const CellBox box = block_box(state, block);
  const std::uint32_t right = std::min<std::uint32_t>(box.right, state.columns() - kPatch + 1);
  const std::uint32_t bottom = std::min<std::uint32_t>(box.bottom, state.rows() - kPatch + 1);
  std::uint32_t rows[4][kBlock];
  for (std::uint32_t y = box.top; y < bottom + kPatch - 1; ++y) {
    const std::uint32_t* const here = actual + y * state.stride();
    for (std::uint32_t x = box.left; x < right; ++x) rows[y & 3][x - box.left] = row_hash(here + x);
    if (y < box.top + kPatch - 1) continue;
    for (std::uint32_t x = box.left; x < right; ++x) {
      const std::uint32_t i = x - box.left;
      const std::uint32_t hash = patch_hash(rows[(y + 1) & 3][i], rows[(y + 2) & 3][i],
                                            rows[(y + 3) & 3][i], rows[y & 3][i]);
      const std::uint32_t slot = patches_[hash >> (32 - patch_bits_)];
      if (slot == 0 || slot >> 22 != (hash & 0x3FFU) || (slot & kAmbiguous) == kAmbiguous) continue;
      vote(votes, x, y - (kPatch - 1), slot & kAmbiguous);
    }
  }
}

// What a candidate would save over the sources chosen so far, looking at every step-th block.
std::uint32_t SourceFinder::gain(std::uint32_t candidate, std::uint32_t step) const {
  std::uint32_t sum = 0;
  for (std::uint32_t i = 0; i < changed_count_; i += step) {
    const std::uint32_t now = cost(best_[i]), then = cost(misses_[i * kCandidates + candidate]);
    if (then < now) sum += now - then;
  }
  return sum * step;
}

// Takes the sources one by one that save most.
void SourceFinder::choose(const State& state, const std::uint32_t* actual) {
  constexpr std::uint32_t kSample = 160;  // blocks are enough to choose by
  const std::uint32_t step = std::max<std::uint32_t>(1U, changed_count_ / kSample);
  for (std::uint32_t i = 0; i < changed_count_; i += step) {
    const CellBox box = block_box(state, changed_[i]);
    std::uint8_t* const misses = &misses_[i * kCandidates];
    for (std::uint32_t k = 0; k < candidate_count_; ++k)
      misses[k] =
          static_cast<std::uint8_t>(count_misses(state, actual, box, candidates_[k].source));
    best_[i] = misses[0];
  }
  while (used_ < kSources) {
    std::uint32_t best = 0, best_gain = kWorthSource;
    for (std::uint32_t k = 1; k < candidate_count_; ++k) {
      const std::uint32_t saved = gain(k, step);
      if (saved <= best_gain) continue;
      best = k;
      best_gain = saved;
    }
    if (best == 0) break;
    sources_[used_++] = candidates_[best].source;
    for (std::uint32_t i = 0; i < changed_count_; i += step)
      best_[i] = std::min(best_[i], misses_[i * kCandidates + best]);
  }
  give_sources(state, actual);
}

// Every changed block gets the best source, that of the block before at first.
void SourceFinder::give_sources(const State& state, const std::uint32_t* actual) {
  std::uint32_t last = 0;
  for (std::uint32_t i = 0; i < changed_count_; ++i) {
    Block& block = blocks_[changed_[i]];
    const CellBox box = block_box(state, changed_[i]);
    if (find_copy(state, actual, box, last))
      block.kind = BlockKind::kCopy;
    else
      last = find_nearest(state, actual, box, last);
    block.source = last & 15U;
  }
  smooth(state, actual);
}

// Sets `source` to one that foretells all of a block, itself at first. False: there is none.
bool SourceFinder::find_copy(const State& state, const std::uint32_t* actual, const CellBox& box,
                             std::uint32_t& source) const {
  if (foretells(state, actual, box, sources_[source])) return true;
  for (std::uint32_t k = 0; k < used_; ++k) {
    if (k == source || !foretells(state, actual, box, sources_[k])) continue;
    source = k;
    return true;
  }
  return false;
}

// The source that foretells most of a block.
std::uint32_t SourceFinder::find_nearest(const State& state, const std::uint32_t* actual,
                                         const CellBox& box, std::uint32_t last) const {
  std::uint32_t best = last, best_misses = count_misses(state, actual, box, sources_[last]);
  for (std::uint32_t k = 0; k < used_; ++k) {
    if (k == last) continue;
    const std::uint32_t misses = count_misses(state, actual, box, sources_[k]);
    if (misses >= best_misses) continue;
    best = k;
    best_misses = misses;
  }
  return best;
}

// An unchanged block between copies that the same source foretells too is copied with them: said
// more shortly than a hole.
void SourceFinder::smooth(const State& state, const std::uint32_t* actual) {
  const std::uint32_t width = state.block_columns();
  const std::uint32_t blocks = width * state.block_rows();
  for (std::uint32_t i = width; i < blocks; ++i) {
    Block& block = blocks_[i];
    if (block.kind != BlockKind::kSkip || i % width == 0) continue;
    const Block& west = blocks_[i - 1];
    const Block& north = blocks_[i - width];
    if (west.kind != BlockKind::kCopy || north.kind != BlockKind::kCopy || west.source == 0 ||
        west.source != north.source)
      continue;
    if (foretells(state, actual, block_box(state, i), sources_[west.source])) block = west;
  }
}

void SourceFinder::kept() {
  ++picture_;
  for (std::uint32_t i = 0; i < changed_count_; ++i) {
    const std::uint32_t block = changed_[i];
    const std::uint32_t old = hashes_[block];
    seen_[old >> (32 - kSeenBits)] = {.hash = old, .picture = picture_ - 1};
    const std::uint32_t now = next_hashes_[block];
    seen_[now >> (32 - kSeenBits)] = {.hash = now, .picture = picture_};
    hashes_[block] = now;
  }
}

}  // namespace p3a::p3x
