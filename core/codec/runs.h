// Runs of sure predictions that hold (docs/P3X.md, section 7.3), after Ohnishi, Ueno and Ono's
// MELCODE: a run of 2^k is one decision, and k follows the content.
//
// One thread at a time; belongs to one slice of one frame.
#pragma once

#include <array>
#include <cstdint>

#include "core/codec/model.h"
#include "core/codec/range_coder.h"

namespace p3a::p3x {

inline constexpr std::array<std::uint8_t, 32> kRunBits{0, 0, 0, 0, 1, 1, 1,  1,  2,  2, 2,
                                                       2, 3, 3, 3, 3, 4, 4,  5,  5,  6, 6,
                                                       7, 7, 8, 8, 9, 9, 10, 11, 12, 13};

template <class Coder>
class RunReader {
 public:
  RunReader(Coder& coder, Model& model) : coder_(coder), model_(model) {}

  /// Whether the next sure prediction holds.
  bool next(bool /*to be told*/ = false) {
    if (left_ == 0 && !miss_) open();
    if (left_ > 0) {
      --left_;
      return true;
    }
    miss_ = false;
    return false;
  }
  void finish() {}

 private:
  void open() {
    const unsigned bits = kRunBits[model_.run_state];
    if (coder_.bit(model_.run[model_.run_state])) {
      left_ = 1U << bits;
      if (model_.run_state + 1 < kRunBits.size()) ++model_.run_state;
      return;
    }
    for (unsigned i = 0; i < bits; ++i)
      left_ = left_ << 1 | static_cast<std::uint32_t>(coder_.even());
    miss_ = true;
    if (model_.run_state > 0) --model_.run_state;
  }

  Coder& coder_;
  Model& model_;
  std::uint32_t left_ = 0;
  bool miss_ = false;
};

class RunWriter {
 public:
  RunWriter(RangeEncoder& coder, Model& model) : coder_(coder), model_(model) {}

  bool next(bool hit) {
    const unsigned bits = kRunBits[model_.run_state];
    if (hit) {
      if (++count_ == 1U << bits) full();
      return true;
    }
    coder_.bit(model_.run[model_.run_state], false);
    for (unsigned i = bits; i-- > 0;) coder_.even((count_ >> i & 1U) != 0);
    count_ = 0;
    if (model_.run_state > 0) --model_.run_state;
    return false;
  }
  /// A run that is open when the frame ends is told as a full one.
  void finish() {
    if (count_ > 0) full();
  }

 private:
  void full() {
    coder_.bit(model_.run[model_.run_state], true);
    count_ = 0;
    if (model_.run_state + 1 < kRunBits.size()) ++model_.run_state;
  }

  RangeEncoder& coder_;
  Model& model_;
  std::uint32_t count_ = 0;
};

}  // namespace p3a::p3x
