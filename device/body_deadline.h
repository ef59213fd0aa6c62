// Until when the next bytes of a request's body must be there, so that a slow client makes room for
// others in bounded time, and one that waited for us does not pay for it. Arithmetic only; one
// thread.
#pragma once

#include <algorithm>
#include <cstddef>

#include "core/base/time.h"

namespace p3a {

struct BodyLimits {
  Micros patience = 10s;   ///< from the request's first byte on: for its head, for its turn, for
                           ///< what the body lags behind the least rate
  Micros after_turn = 3s;  ///< and at least, from when its body is read
  std::size_t min_bytes_per_second = 4096;
};

class BodyDeadline {
 public:
  /// `begun`: the request's first byte; `now`: its body is read from now on.
  BodyDeadline(const BodyLimits& limits, Instant begun, Instant now)
      : limits_(limits), at_(std::max(begun + limits.patience, now + limits.after_turn)) {}

  Instant at() const { return at_; }
  /// The client waited for us for so long.
  void add_our_time(Micros time) { at_ += time; }
  /// A body that keeps up the least rate is never cut; a quick beginning buys no more time than
  /// `patience`.
  void received(std::size_t bytes, Instant now) {
    at_ += Micros(static_cast<std::int64_t>(bytes * 1'000'000 / limits_.min_bytes_per_second));
    at_ = std::min(at_, now + limits_.patience);
  }

 private:
  const BodyLimits limits_;
  Instant at_;
};

}  // namespace p3a
