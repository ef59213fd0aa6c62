#include "sender/frames_in_flight.h"

#include <utility>

namespace p3a::sender {

void FramesInFlight::add(const FlyingFrame& frame) { at(count_++) = frame; }

// Acks of dropped frames may overtake those of shown ones, so any of them may be the next.
std::optional<FlyingFrame> FramesInFlight::take(std::uint64_t frame) {
  for (std::size_t i = 0; i < count_; ++i) {
    if (at(i).frame != frame) continue;
    const FlyingFrame found = at(i);
    for (; i > 0; --i) at(i) = at(i - 1);
    first_ = (first_ + 1) % kMost;
    --count_;
    return found;
  }
  return std::nullopt;
}

std::size_t FramesInFlight::expire(Instant until) {
  std::size_t expired = 0;
  while (count_ > 0 && frames_[first_].sent <= until) {
    first_ = (first_ + 1) % kMost;
    --count_;
    ++expired;
  }
  return expired;
}

std::size_t FramesInFlight::clear() { return std::exchange(count_, 0); }

}  // namespace p3a::sender
