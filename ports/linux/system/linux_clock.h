// The machine's clocks. Any thread.
#pragma once

#include "device/ports.h"

namespace p3a {

class LinuxClock final : public Clock {
 public:
  Instant now() override {
    const auto since_boot = std::chrono::steady_clock::now().time_since_epoch();
    return Instant(std::chrono::duration_cast<Micros>(since_boot));
  }
  Micros since_epoch() override {
    return std::chrono::duration_cast<Micros>(std::chrono::system_clock::now().time_since_epoch());
  }
};

}  // namespace p3a
