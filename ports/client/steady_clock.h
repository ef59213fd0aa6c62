// The machine's monotonic clock, the one of std::chrono::steady_clock. Any thread.
#pragma once

#include "sender/ports.h"

namespace p3a::sender {

inline Instant to_instant(std::chrono::steady_clock::time_point at) {
  return Instant(std::chrono::duration_cast<Micros>(at.time_since_epoch()));
}
inline std::chrono::steady_clock::time_point to_steady(Instant at) {
  return std::chrono::steady_clock::time_point(at.time_since_epoch());
}

class SteadyClock final : public Clock {
 public:
  Instant now() override { return to_instant(std::chrono::steady_clock::now()); }
};

}  // namespace p3a::sender
