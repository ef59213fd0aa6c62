// Adaptive binary range coding (docs/P3X.md, section 4): how P3X turns decisions into bytes.
//
// In: decisions, each with the model that guesses it. Out: bytes, or the decisions again. A coder
// walks a span forwards or backwards, so that two of them share one span without saying where they
// meet. Owns nothing but a few words; never reads or writes outside its span. One thread at a time.
//
// The carry handling is that of LZMA's encoder (Igor Pavlov), the adaptive rate that of counting
// estimators.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "core/base/bytes.h"

namespace p3a::p3x {

/// The chance that a decision is 1, in 1/65536, learning fast at first and slowly later.
struct Bit {
  std::uint16_t chance = 0x8000;
  std::uint8_t seen = 0;

  static constexpr std::uint8_t kLimit = 127;
  static constexpr unsigned rate(unsigned seen) {
    return seen < 4 ? (seen < 1 ? 1 : 2) : static_cast<unsigned>(std::bit_width(seen + seen / 2));
  }
  std::uint32_t share() const { return static_cast<std::uint32_t>(chance >> 1 | 1); }
  void learn(bool bit) {
    const unsigned shift = kRates[seen];
    if (bit)
      chance = static_cast<std::uint16_t>(chance + ((0xFFFFU - chance) >> shift));
    else
      chance = static_cast<std::uint16_t>(chance - (chance >> shift));
    if (seen < kLimit) ++seen;
  }

 private:
  static const std::array<std::uint8_t, kLimit + 1> kRates;
};
inline constexpr std::array<std::uint8_t, Bit::kLimit + 1> Bit::kRates = [] {
  std::array<std::uint8_t, kLimit + 1> rates{};
  for (unsigned i = 0; i <= kLimit; ++i) {
    const unsigned rate = Bit::rate(i);
    rates[i] = static_cast<std::uint8_t>(rate > 6 ? 6 : rate);
  }
  return rates;
}();

/// The same in 16 bits, for the many models of a tree: 12 bits of chance, 4 of how much was seen.
struct TreeBit {
  std::uint16_t state = 0x8000;

  std::uint32_t share() const { return static_cast<std::uint32_t>(state >> 4 << 3 | 4); }
  void learn(bool bit) {
    const unsigned seen = state & 15U, chance = state >> 4;
    const unsigned shift = kRates[seen];
    const unsigned next = bit ? chance + ((0xFFFU - chance) >> shift) : chance - (chance >> shift);
    state = static_cast<std::uint16_t>(next << 4 | (seen < 15 ? seen + 1 : seen));
  }

 private:
  static constexpr std::array<std::uint8_t, 16> kRates{1, 2, 2, 2, 3, 3, 3, 3,
                                                       3, 3, 4, 4, 4, 4, 4, 5};
};

/// Which way a coder walks its span.
enum class Walk : std::uint8_t { kForwards, kBackwards };

inline constexpr std::uint32_t kRangeFloor = 1U << 24;

class RangeDecoder {
 public:
  static constexpr bool kDecodes = true;

  RangeDecoder(ByteView bytes, Walk walk)
      : at_(walk == Walk::kForwards || bytes.empty() ? bytes.data() : &bytes.back()),
        step_(walk == Walk::kForwards ? 1 : -1),
        left_(bytes.size()) {
    for (int i = 0; i < 4; ++i) code_ = code_ << 8 | next();
  }

  /// Bytes taken so far; those past the end count too and read as 0.
  std::size_t taken() const { return taken_; }

  template <class Model>
  bool bit(Model& model, bool /*to be told*/ = false) {
    const std::uint32_t bound = (range_ >> 15) * model.share();
    const bool one = code_ < bound;
    if (one) {
      range_ = bound;
    } else {
      code_ -= bound;
      range_ -= bound;
    }
    model.learn(one);
    while (range_ < kRangeFloor) {
      range_ <<= 8;
      code_ = code_ << 8 | next();
    }
    return one;
  }
  /// A decision that nothing can guess.
  bool even(bool /*to be told*/ = false) {
    const std::uint32_t bound = range_ >> 1;
    const bool one = code_ < bound;
    if (one) {
      range_ = bound;
    } else {
      code_ -= bound;
      range_ -= bound;
    }
    while (range_ < kRangeFloor) {
      range_ <<= 8;
      code_ = code_ << 8 | next();
    }
    return one;
  }

 private:
  std::uint32_t next() {
    ++taken_;
    if (left_ == 0) return 0;
    --left_;
    const std::uint8_t byte = *at_;
    if (left_ != 0) at_ += step_;
    return byte;
  }

  const std::uint8_t* at_;
  std::ptrdiff_t step_;
  std::size_t left_;
  std::size_t taken_ = 0;
  std::uint32_t range_ = 0xFFFFFFFF;
  std::uint32_t code_ = 0;
};

/// Writes what RangeDecoder reads. When the span is full it goes on without writing, and full()
/// says so.
class RangeEncoder {
 public:
  static constexpr bool kDecodes = false;

  RangeEncoder(ByteSpan out, Walk walk) : out_(out), forwards_(walk == Walk::kForwards) {}

  template <class Model>
  bool bit(Model& model, bool one) {
    narrow((range_ >> 15) * model.share(), one);
    model.learn(one);
    return one;
  }
  bool even(bool one) {
    narrow(range_ >> 1, one);
    return one;
  }

  /// Ends the code: what follows in the span may then be anything.
  void finish();
  std::size_t size() const { return size_; }
  bool full() const { return size_ > out_.size(); }

 private:
  void narrow(std::uint32_t bound, bool one) {
    touched_ = true;
    if (one) {
      range_ = bound;
    } else {
      low_ += bound;
      range_ -= bound;
    }
    while (range_ < kRangeFloor) {
      range_ <<= 8;
      shift();
    }
  }
  void shift() {
    if (low_ < 0xFF000000U || low_ > 0xFFFFFFFFU) {
      const std::uint8_t carry = static_cast<std::uint8_t>(low_ >> 32);
      if (begun_) put(static_cast<std::uint8_t>(held_ + carry));  // the first is always 0
      for (; pending_ > 0; --pending_) put(static_cast<std::uint8_t>(0xFF + carry));
      begun_ = true;
      held_ = static_cast<std::uint8_t>(low_ >> 24);
    } else {
      ++pending_;
    }
    low_ = (low_ & 0x00FFFFFFU) << 8;
  }
  void put(std::uint8_t byte) {
    if (size_ < out_.size()) out_[forwards_ ? size_ : out_.size() - 1 - size_] = byte;
    ++size_;
  }

  ByteSpan out_;
  bool forwards_;
  bool begun_ = false;
  bool touched_ = false;
  std::uint8_t held_ = 0;
  std::size_t size_ = 0;
  std::size_t pending_ = 0;
  std::uint64_t low_ = 0;
  std::uint32_t range_ = 0xFFFFFFFF;
};

/// `count` bits, highest first, each guessed by those above it. `tree` has 2^count models.
template <class Coder, class Model>
std::uint32_t code_tree(Coder& coder, Model* tree, unsigned count, std::uint32_t value) {
  std::uint32_t node = 1;
  for (unsigned i = count; i-- > 0;)
    node = node << 1 | static_cast<std::uint32_t>(coder.bit(tree[node], (value >> i & 1U) != 0));
  return node - (1U << count);
}

}  // namespace p3a::p3x
