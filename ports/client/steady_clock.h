// The machine's monotonic clock, the one of std::chrono::steady_clock. Any thread.
#pragma once

#include <algorithm>

#include "sender/ports.h"

namespace p3a::sender {

inline Instant to_instant(std::chrono::steady_clock::time_point at) {
  return Instant(std::chrono::duration_cast<Micros>(at.time_since_epoch()));
}
/// Instant::max() and what else nanoseconds cannot say becomes the last moment that they can.
inline std::chrono::steady_clock::time_point to_steady(Instant at) {
  using Steady = std::chrono::steady_clock;
  constexpr auto kLast = std::chrono::duration_cast<Micros>(Steady::duration::max());
  return Steady::time_point(std::min(at.time_since_epoch(), kLast));
}

class SteadyClock final : public Clock {
 public:
  Instant now() override { return to_instant(std::chrono::steady_clock::now()); }
};

}  // namespace p3a::sender
