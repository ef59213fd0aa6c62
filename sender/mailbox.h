// Where pictures are handed from the program to the stream's worker: the newest wins.
//
// put() copies the picture, top row first, into a slot that nobody else looks at, or notes where it
// is kept, and changes the slot for the waiting one; take() changes the waiting one for the oldest
// slot of the worker. What was waiting and is replaced is lost: it is older than what comes
// instead. Neither side ever waits for the other, and once every slot has had a picture of a size,
// none takes memory. put(): one thread at a time. take(), current(), previous(): the worker's
// thread.
#pragma once

#include <array>
#include <atomic>
#include <memory>
#include <vector>

#include "core/base/time.h"
#include "sender/pixels.h"

namespace p3a::sender {

struct Submission {
  std::uint64_t number = 0;  ///< counts what was submitted, from 1
  Instant captured{};
  Size size;
  InputFormat format = InputFormat::kRgb888;
  std::vector<std::uint8_t> bytes;       ///< the copy, rows touching; stale while `keeper` is set
  std::shared_ptr<const void> keeper{};  ///< keeps a picture that was not copied
  const std::uint8_t* kept = nullptr;    ///< its top row
  std::size_t kept_stride = 0;           ///< bytes

  Pixels pixels() const {
    if (keeper) return {kept, size, kept_stride, format};
    return {bytes.data(), size, size.width * bytes_per_pixel(format), format};
  }
};

class Mailbox {
 public:
  /// `keeper`: empty, or what keeps the pixels as they are for as long as a copy of it lives; then
  /// they are read where they lie, if their rows go downwards. Up to four pictures are kept.
  void put(const CheckedView& view, Instant captured, bool flip_y,
           std::shared_ptr<const void> keeper = nullptr);

  /// Whether a picture came in since the last take().
  bool has_fresh() const { return (waiting_.load(std::memory_order_acquire) & kFresh) != 0; }
  /// Makes the newest picture the current one and that the previous one; false when none came.
  bool take();
  const Submission& current() const { return slots_[current_]; }    ///< number 0: none yet
  const Submission& previous() const { return slots_[previous_]; }  ///< number 0: none yet

  /// Any thread.
  std::uint64_t submitted() const { return submitted_.load(std::memory_order_relaxed); }
  std::uint64_t replaced() const { return replaced_.load(std::memory_order_relaxed); }

 private:
  static constexpr std::uint32_t kFresh = 4;  // beside the slot's index

  std::array<Submission, 4> slots_;
  std::uint32_t filling_ = 0;  // the submitting thread's
  std::uint32_t current_ = 2;  // the worker's
  std::uint32_t previous_ = 3;
  std::atomic<std::uint32_t> waiting_{1};
  std::atomic<std::uint64_t> submitted_{0};
  std::atomic<std::uint64_t> replaced_{0};
};

/// Whether two pictures are the same in every byte.
bool same_picture(const Submission& a, const Submission& b);

}  // namespace p3a::sender
