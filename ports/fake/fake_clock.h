// A clock that stands still until a test moves it. Any thread.
#pragma once

#include <atomic>

#include "device/ports.h"

namespace p3a {

class FakeClock final : public Clock {
 public:
  /// Begins at one second after the clock's zero, 2026-01-02 03:04:05 UTC.
  Instant now() override { return Instant(Micros(now_.load())); }
  Micros since_epoch() override { return Micros(epoch_.load()); }

  /// Both clocks move on.
  void advance(Micros by) {
    now_ += by.count();
    epoch_ += by.count();
  }
  /// The time of day jumps; the monotonic clock does not notice.
  void set_since_epoch(Micros at) { epoch_ = at.count(); }

 private:
  std::atomic<std::int64_t> now_{1'000'000};
  std::atomic<std::int64_t> epoch_{1'767'323'045'000'000};
};

}  // namespace p3a
