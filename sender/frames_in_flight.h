// The frames that were sent and whose fate is not known yet, oldest first. No heap; one thread at a
// time.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "core/base/time.h"

namespace p3a::sender {

struct FlyingFrame {
  std::uint64_t frame = 0;       ///< binary message of the connection, from 1
  std::uint64_t submission = 0;  ///< the newest one that it shows
  Instant captured{};
  Instant sent{};
  std::size_t bytes = 0;
  bool timed = true;  ///< false: how long it took says nothing of the stream
};

class FramesInFlight {
 public:
  static constexpr std::size_t kMost = 64;

  std::size_t size() const { return count_; }
  bool full() const { return count_ == kMost; }
  /// Not when full().
  void add(const FlyingFrame& frame);
  /// Takes out the frame of that number, wherever it stands.
  std::optional<FlyingFrame> take(std::uint64_t frame);
  /// Takes out what was sent up to that moment; how many.
  std::size_t expire(Instant until);
  /// Takes out everything; how many.
  std::size_t clear();
  FlyingFrame* newest() { return count_ == 0 ? nullptr : &at(count_ - 1); }
  const FlyingFrame* oldest() const { return count_ == 0 ? nullptr : &frames_[first_]; }

 private:
  FlyingFrame& at(std::size_t i) { return frames_[(first_ + i) % kMost]; }

  std::array<FlyingFrame, kMost> frames_{};
  std::size_t first_ = 0;
  std::size_t count_ = 0;
};

}  // namespace p3a::sender
