// The chip's clocks. Any thread.
#pragma once

#include <esp_timer.h>
#include <sys/time.h>

#include "device/ports.h"

namespace p3a {

class ChipClock final : public Clock {
 public:
  /// Since the start.
  Instant now() override { return Instant(Micros(esp_timer_get_time())); }
  /// 1970 and some seconds until somebody has set the time of day (SNTP).
  Micros since_epoch() override {
    timeval time{};
    gettimeofday(&time, nullptr);
    return Micros(std::int64_t{time.tv_sec} * 1'000'000 + time.tv_usec);
  }
};

}  // namespace p3a
