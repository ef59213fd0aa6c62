// How a thread takes the time that a slower machine would need, and one thing that several threads
// need in turn: the card, the JPEG engine.
#pragma once

#include <algorithm>
#include <condition_variable>
#include <mutex>

#include "device/ports.h"

namespace p3a {

/// Any thread; only the caller waits.
class Pause {
 public:
  virtual ~Pause() = default;
  /// Returns at that time of the port's clock, at once when it is over or when the display stops.
  virtual void until(Instant when) = 0;
};

class ClockPause final : public Pause {
 public:
  explicit ClockPause(Clock& clock) : clock_(clock) {}

  void until(Instant when) override {
    std::unique_lock lock(mutex_);
    while (!ended_ && clock_.now() < when) changed_.wait_for(lock, when - clock_.now());
  }
  /// Nobody waits any more.
  void end() {
    {
      const std::lock_guard lock(mutex_);
      ended_ = true;
    }
    changed_.notify_all();
  }

 private:
  Clock& clock_;
  std::mutex mutex_;  // guards ended_
  std::condition_variable changed_;
  bool ended_ = false;
};

/// Does one piece of work after the other. Any thread.
class OneAtATime {
 public:
  /// Work that is asked for at that time: when it is done.
  Instant take(Instant asked, Micros work) {
    const std::lock_guard lock(mutex_);
    free_at_ = std::max(asked, free_at_) + work;
    return free_at_;
  }

 private:
  std::mutex mutex_;  // guards free_at_
  Instant free_at_{};
};

}  // namespace p3a
