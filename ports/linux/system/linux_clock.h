// The machine's clocks. Any thread.
#pragma once

#include "device/ports.h"

namespace p3a {

/// The time of LinuxClock::now() at a moment of the standard library's clock.
inline Instant to_instant(std::chrono::steady_clock::time_point at) {
  return Instant(std::chrono::duration_cast<Micros>(at.time_since_epoch()));
}

class LinuxClock final : public Clock {
 public:
  Instant now() override { return to_instant(std::chrono::steady_clock::now()); }
  Micros since_epoch() override {
    return std::chrono::duration_cast<Micros>(std::chrono::system_clock::now().time_since_epoch());
  }
};

}  // namespace p3a
