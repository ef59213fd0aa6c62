// The moments at which a panel takes a new frame: a grid in time that does not drift. Pure.
#pragma once

#include <cstdint>

#include "core/base/time.h"

namespace p3a {

class RefreshTicks {
 public:
  /// hz 0: any moment is a tick.
  RefreshTicks(Instant origin, std::uint32_t hz) : origin_(origin), hz_(hz) {}

  /// The first tick at or after `t`, which is not before the origin.
  Instant at_or_after(Instant t) const {
    if (hz_ == 0) return t;
    const std::int64_t per_second = Micros(1s).count();
    const std::int64_t elapsed = (t - origin_).count();
    std::int64_t tick = elapsed / per_second * hz_ + elapsed % per_second * hz_ / per_second;
    if (at(tick) < t) ++tick;
    return at(tick);
  }
  /// From when on a frame belongs to a later tick than the one shown at `tick`.
  Instant after(Instant tick) const { return hz_ == 0 ? tick : tick + 1us; }

 private:
  Instant at(std::int64_t tick) const {
    return origin_ + Micros(tick / hz_ * Micros(1s).count() +
                            (tick % hz_ * Micros(1s).count() + hz_ - 1) / hz_);
  }

  Instant origin_;
  std::int64_t hz_;
};

}  // namespace p3a
