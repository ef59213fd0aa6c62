// When the next frame may go: at most one in each interval on average, with half an interval of
// slack, so that a source that runs at the very same rate, with its jitter, passes at once (the
// generic cell rate algorithm, ITU-T I.371). Pure; one thread at a time.
#pragma once

#include <algorithm>

#include "core/base/time.h"

namespace p3a::sender {

class Pacer {
 public:
  /// Zero: no limit.
  void set_interval(Micros interval) { interval_ = interval; }
  /// The earliest moment for the next frame.
  Instant due() const { return interval_ == Micros{} ? Instant{} : next_ - interval_ / 2; }
  void on_sent(Instant now) { next_ = std::max(next_, now) + interval_; }

 private:
  Micros interval_{};
  Instant next_{};
};

}  // namespace p3a::sender
