// Codes cells one by one, each guessed from its neighbours in space and time (docs/P3X.md,
// section 7). One template for both directions, so that they cannot differ.
//
// In: rows of the picture in the making, whose cells hold what the last pictures would put there;
// the encoder also hands in the true cells. Out: the true cells in their place. One thread a slice.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "core/codec/model.h"

namespace p3a::p3x {

/// A row in the making and those that it is guessed from. `south` still holds guesses.
struct Rows {
  std::uint32_t* here;
  const std::uint32_t* north;
  const std::uint32_t* north2;
  const std::uint32_t* south;
};

inline constexpr std::uint32_t kMix = 0x9E3779B1;  // 2^32 divided by the golden ratio

inline std::uint32_t step_digest(std::uint32_t digest, std::uint32_t value) {
  return (digest + value) * kMix;
}

template <class Io>
class PixelCoder {
 public:
  PixelCoder(Model& model, Io& io, std::uint32_t digest)
      : model_(model), io_(io), digest_(digest) {}

  std::uint32_t digest() const { return digest_; }

  /// Cells [from, to) of a row. `actual` is the true row; a decoder has none.
  void cells(const Rows& rows, std::uint32_t from, std::uint32_t to, const std::uint32_t* actual);

 private:
  struct Around {
    std::uint32_t w, n, nw, ne, past;
  };

  /// Hashes of both tables' contexts.
  struct Hashes {
    std::uint32_t space, time;
  };
  static constexpr std::uint32_t kAhead = 32;

  static Hashes hash_of(const Rows& rows, std::uint32_t x, std::uint32_t ww, const Around& around,
                        std::uint32_t east);
  void hash_ahead(const Rows& rows, std::uint32_t from, std::uint32_t to,
                  const std::uint32_t* actual);
  static std::uint32_t finish_hash(std::uint32_t sum) {
    sum ^= sum >> 15;
    return sum * 0x2C1B3C6DU;
  }
  bool guess(const ContextTable::Found& time, const ContextTable::Found& space,
             const Around& around, std::uint32_t prediction, std::uint32_t actual);
  std::uint32_t miss(const ContextTable::Found& space, const Around& around,
                     std::uint32_t prediction, std::uint32_t actual);
  std::uint32_t other_colour(const Around& around, std::uint32_t actual);
  std::uint32_t palette_colour(std::uint32_t w, std::uint32_t index);
  std::uint32_t new_colour(const Around& around, std::uint32_t actual);

  Model& model_;
  Io& io_;
  std::uint32_t digest_;
  std::uint32_t hits_ = 0;
  std::array<Hashes, Io::kDecodes ? 1 : kAhead> ahead_;  ///< of the encoder
};

inline constexpr std::uint32_t kSureTrust = 5;

template <class Io>
PixelCoder<Io>::Hashes PixelCoder<Io>::hash_of(const Rows& rows, std::uint32_t x, std::uint32_t ww,
                                               const Around& around, std::uint32_t east) {
  const std::uint32_t space = around.w * 0x85EBCA6BU + around.n * 0xC2B2AE35U +
                              around.nw * 0x27D4EB2FU + around.ne * 0x165667B1U + ww * 0xD3A2646DU +
                              rows.north2[x] * 0xFD7046C5U;
  const std::uint32_t time =
      space + around.past * 0xB55A4F09U + east * 0x8F1BBCDDU + rows.south[x] * 0xA24BAED5U;
  return {.space = finish_hash(space), .time = finish_hash(time)};
}

// The encoder knows what comes: it has the tables fetched from memory before it needs them.
template <class Io>
void PixelCoder<Io>::hash_ahead(const Rows& rows, std::uint32_t from, std::uint32_t to,
                                const std::uint32_t* actual) {
  std::uint32_t ww = rows.here[static_cast<std::ptrdiff_t>(from) - 2];
  std::uint32_t w = rows.here[static_cast<std::ptrdiff_t>(from) - 1];
  for (std::uint32_t x = from; x < to; ++x) {
    const Around around{.w = w,
                        .n = rows.north[x],
                        .nw = rows.north[static_cast<std::ptrdiff_t>(x) - 1],
                        .ne = rows.north[x + 1],
                        .past = rows.here[x]};
    const Hashes hashes = hash_of(rows, x, ww, around, rows.here[x + 1]);
    ahead_[x - from] = hashes;
    model_.in_space.fetch(hashes.space);
    model_.with_time.fetch(hashes.time);
    ww = w;
    w = actual[x];
  }
}

template <class Io>
void PixelCoder<Io>::cells(const Rows& rows, std::uint32_t from, std::uint32_t to,
                           const std::uint32_t* actual) {
  std::uint32_t* const here = rows.here;
  std::uint32_t ww = here[static_cast<std::ptrdiff_t>(from) - 2];
  Around a{.w = here[static_cast<std::ptrdiff_t>(from) - 1],
           .n = rows.north[from],
           .nw = rows.north[static_cast<std::ptrdiff_t>(from) - 1],
           .ne = rows.north[from + 1],
           .past = here[from]};
  for (std::uint32_t x = from; x < to; ++x) {
    const std::uint32_t east = here[x + 1];
    Hashes hashes;
    if constexpr (Io::kDecodes) {
      hashes = hash_of(rows, x, ww, a, east);
    } else {
      const std::uint32_t k = (x - from) % kAhead;
      if (k == 0) hash_ahead(rows, x, std::min(x + kAhead, to), actual);
      hashes = ahead_[k];
    }
    const auto space = model_.in_space.find(hashes.space);
    const auto time = model_.with_time.find(hashes.time);
    std::uint32_t colour = Io::kDecodes ? 0 : actual[x];
    const bool sure = time.known() && time.trust() >= kSureTrust && space.known() &&
                      space.colour() == time.colour();
    if (sure && io_.runs.next(colour == time.colour())) {
      colour = time.colour();
      time.confirm();
      space.confirm();
      hits_ = (hits_ << 1 | 1U) & 3U;
    } else {
      const std::uint32_t prediction = time.known()    ? time.colour()
                                       : space.known() ? space.colour()
                                                       : a.past;
      if (!sure && guess(time, space, a, prediction, colour)) {
        colour = prediction;
        hits_ = (hits_ << 1 | 1U) & 3U;
      } else {
        colour = miss(space, a, prediction, colour);
        hits_ = hits_ << 1 & 3U;
      }
      time.learn(colour);
      space.learn(colour);
    }
    // The same, but the encoder need not wait for the tables to go on to the next cell.
    if constexpr (!Io::kDecodes) colour = actual[x];
    digest_ = step_digest(digest_, colour);
    here[x] = colour;
    if constexpr (requires { io_.cell_done(&here[x]); }) io_.cell_done(&here[x]);
    ww = a.w;
    a = {.w = colour, .n = a.ne, .nw = a.n, .ne = rows.north[x + 2], .past = east};
  }
}

template <class Io>
bool PixelCoder<Io>::guess(const ContextTable::Found& time, const ContextTable::Found& space,
                           const Around& around, std::uint32_t prediction, std::uint32_t actual) {
  const std::uint32_t trust = time.known() ? time.trust() : 0;
  const std::uint32_t agree = !space.known()                 ? 0
                              : space.colour() != prediction ? 1
                              : space.trust() < 3            ? 2
                                                             : 3;
  const std::uint32_t like = static_cast<std::uint32_t>(prediction == around.past) |
                             static_cast<std::uint32_t>(prediction == around.w) << 1 |
                             static_cast<std::uint32_t>(prediction == around.n) << 2;
  Bit& model = model_.hit[((trust * 4 + agree) * 8 + like) * 4 + hits_];
  return io_.coder.bit(model, actual == prediction);
}

// Others in turn: what the wider context knew, what followed the same pair, the neighbours.
template <class Io>
std::uint32_t PixelCoder<Io>::miss(const ContextTable::Found& space, const Around& around,
                                   std::uint32_t prediction, std::uint32_t actual) {
  const std::uint32_t pair_hash = finish_hash(around.w * 0x85EBCA6BU + around.n * 0xC2B2AE35U);
  std::uint32_t& pair = model_.pair[pair_hash >> (32 - kPairBits)];
  const std::array<std::uint32_t, 7> candidates{space.known() ? space.colour() : prediction,
                                                pair,
                                                around.past,
                                                around.w,
                                                around.n,
                                                around.ne,
                                                around.nw};
  std::array<std::uint32_t, 8> tried{prediction};
  std::size_t count = 1;
  for (std::uint32_t i = 0; i < candidates.size(); ++i) {
    const std::uint32_t colour = candidates[i];
    bool again = colour == kNoColour;
    for (std::size_t k = 0; k < count; ++k) again = again || tried[k] == colour;
    if (again) continue;
    tried[count++] = colour;
    if (io_.coder.bit(model_.candidate[model_.last_miss * 8 + i], actual == colour)) {
      model_.last_miss = i;
      return pair = colour;
    }
  }
  model_.last_miss = 7;
  return pair = other_colour(around, actual);
}

/// Two models of one decision; the guess is their mean.
struct TreePair {
  TreeBit& first;
  TreeBit& second;
  std::uint32_t share() const { return (first.share() + second.share()) >> 1; }
  void learn(bool bit) {
    first.learn(bit);
    second.learn(bit);
  }
};

template <class Io>
std::uint32_t PixelCoder<Io>::other_colour(const Around& around, std::uint32_t actual) {
  const std::uint32_t count = model_.palette_count;
  std::uint32_t index = kNoColour;
  if constexpr (!Io::kDecodes) index = io_.palette.find(model_, actual);
  const bool known = count > 0 && io_.coder.bit(model_.in_palette[hits_ & 3U], index != kNoColour);
  if (known) return palette_colour(around.w, index);
  const std::uint32_t colour = new_colour(around, actual);
  model_.palette[count % kPaletteSize] = colour;
  if constexpr (!Io::kDecodes) io_.palette.enter(colour, count % kPaletteSize);
  model_.palette_count = count + 1;
  return colour;
}

template <class Io>
std::uint32_t PixelCoder<Io>::palette_colour(std::uint32_t w, std::uint32_t index) {
  const std::uint32_t size = std::min(model_.palette_count, kPaletteSize);
  const auto bits = static_cast<unsigned>(std::bit_width(size - 1));
  const std::uint32_t base = w * 0x85EBCA6BU;
  std::uint32_t node = 1;
  for (unsigned i = bits; i-- > 0;) {
    const std::uint32_t after = finish_hash(base + node * 0xC2B2AE35U) >> (32 - kAfterBits);
    TreePair model{model_.colour[node], model_.colour_after[after]};
    node = node << 1 | static_cast<std::uint32_t>(io_.coder.bit(model, (index >> i & 1U) != 0));
  }
  return model_.palette[node - (1U << bits)];
}

// The difference from one of two predictions, whichever was nearer of late: the gradient-adjusted
// neighbours in space (LOCO-I's median edge detector) or the past.
template <class Io>
std::uint32_t PixelCoder<Io>::new_colour(const Around& around, std::uint32_t actual) {
  const auto channel = [](std::uint32_t colour, int i) {
    return static_cast<int>(colour >> (8 * i) & 0xFF);
  };
  std::array<int, 3> space{}, guess{};
  int slope = 0;
  for (int i = 0; i < 3; ++i) {
    const int w = channel(around.w, i), n = channel(around.n, i), nw = channel(around.nw, i);
    const int low = std::min(w, n), high = std::max(w, n);
    space[static_cast<std::size_t>(i)] = nw >= high ? low : nw <= low ? high : w + n - nw;
    slope += (w > nw ? w - nw : nw - w) + (n > nw ? n - nw : nw - n);
  }
  const bool in_time = model_.error_time < model_.error_space;
  for (int i = 0; i < 3; ++i)
    guess[static_cast<std::size_t>(i)] =
        in_time ? channel(around.past, i) : space[static_cast<std::size_t>(i)];
  // Green first; what it missed by is expected of the others too.
  auto context = static_cast<std::uint32_t>(std::bit_width(static_cast<unsigned>(slope) / 4));
  context = std::min<std::uint32_t>(context, 8U);
  std::uint32_t colour = 0;
  int green_error = 0, space_error = 0, time_error = 0;
  for (const int i : {1, 2, 0}) {
    const int base = guess[static_cast<std::size_t>(i)] + (i == 1 ? 0 : green_error);
    const auto residual =
        code_tree(io_.coder, model_.residual[static_cast<std::size_t>(i)][context].data(), 8,
                  static_cast<std::uint32_t>(channel(actual, i) - base) & 0xFFU);
    const int value = static_cast<int>(residual + static_cast<std::uint32_t>(base)) & 0xFF;
    colour |= static_cast<std::uint32_t>(value) << (8 * i);
    if (i == 1) {
      green_error = value - guess[1];
      context = static_cast<std::uint32_t>(
          std::bit_width(static_cast<unsigned>(green_error < 0 ? -green_error : green_error)));
    }
    const int by_space = value - space[static_cast<std::size_t>(i)];
    const int by_time = value - channel(around.past, i);
    space_error += by_space < 0 ? -by_space : by_space;
    time_error += by_time < 0 ? -by_time : by_time;
  }
  model_.error_space += static_cast<std::uint32_t>(space_error) - (model_.error_space >> 4);
  model_.error_time += static_cast<std::uint32_t>(time_error) - (model_.error_time >> 4);
  return colour;
}

}  // namespace p3a::p3x
