// When bytes arrive over the chip's Wi-Fi: a rate that all connections share, a window and a round
// trip for each of them. Arithmetic only; who calls it waits. One thread.
#pragma once

#include <algorithm>
#include <cstddef>

#include "core/base/time.h"

namespace p3a {

struct LinkLimits {
  double bytes_per_second = 0;
  std::size_t window_bytes = 0;   ///< on their way, in one connection
  std::size_t segment_bytes = 0;  ///< what the two ends agree on
  Micros round_trip{};
};

/// The air that all connections share.
class SlowLink {
 public:
  explicit SlowLink(const LinkLimits& limits) : limits_(limits) {}
  const LinkLimits& limits() const { return limits_; }

  /// Bytes that are ready at that time: when the last of them has been sent.
  Instant carry(Instant ready, std::size_t bytes) {
    free_at_ = std::max(ready, free_at_) + time_for(bytes, limits_.bytes_per_second);
    return free_at_;
  }
  static Micros time_for(std::size_t bytes, double bytes_per_second) {
    return Micros(static_cast<std::int64_t>(static_cast<double>(bytes) * 1e6 / bytes_per_second));
  }

 private:
  const LinkLimits limits_;
  Instant free_at_{};
};

/// One direction of one connection. Nothing comes through before the connection is made, a round
/// trip after `opened`.
class SlowFlow {
 public:
  SlowFlow(SlowLink& link, Instant opened)
      : link_(link), not_before_(opened + link.limits().round_trip) {}

  /// When bytes that are seen at `now` are at the other end. `follows`: they were there before the
  /// last ones had arrived, so that they were sent right behind them.
  Instant arrival(Instant now, bool follows, std::size_t bytes) {
    const LinkLimits& limits = link_.limits();
    const double window_rate = static_cast<double>(limits.window_bytes) * 1e6 /
                               static_cast<double>(limits.round_trip.count());
    const Instant ready = std::max(not_before_, follows ? std::min(now, sent_) : now);
    const Instant own = std::max(ready, sent_) + SlowLink::time_for(bytes, window_rate);
    sent_ = std::max(own, link_.carry(ready, bytes));
    return std::max(now, sent_ + limits.round_trip / 2);
  }

 private:
  SlowLink& link_;
  const Instant not_before_;
  Instant sent_{};  // when the last byte had left
};

}  // namespace p3a
