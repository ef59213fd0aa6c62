// Since when a thread has been at one piece of work: how others see that it is stuck.
//
// The thread that works holds a Busy while it does; anyone may ask. No locks, so that a thread that
// holds one can be asked about too.
#pragma once

#include <atomic>

#include "core/base/time.h"

namespace p3a {

class BusyWatch {
 public:
  class Busy {
   public:
    Busy(BusyWatch& watch, Instant now) : watch_(watch) {
      // Never 0, which means idle.
      watch_.since_us_.store(now.time_since_epoch().count() | 1, std::memory_order_relaxed);
    }
    Busy(const Busy&) = delete;
    Busy& operator=(const Busy&) = delete;
    ~Busy() { watch_.since_us_.store(0, std::memory_order_relaxed); }

   private:
    BusyWatch& watch_;
  };

  /// How long the work under way has taken; 0 when there is none.
  Micros busy(Instant now) const {
    const std::int64_t since = since_us_.load(std::memory_order_relaxed);
    return since == 0 ? Micros{} : now - Instant(Micros(since));
  }

 private:
  std::atomic<std::int64_t> since_us_ = 0;
};

}  // namespace p3a
