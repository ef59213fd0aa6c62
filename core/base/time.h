// Time as the core sees it: handed in by whoever owns a clock.
#pragma once

#include <chrono>
#include <cstdint>

namespace p3a {

using Micros = std::chrono::duration<std::int64_t, std::micro>;
using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;
using std::chrono_literals::operator""us;

/// The display's own monotonic clock; its zero means nothing. Never read in the core.
struct MonotonicClock {
  using duration = Micros;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<MonotonicClock, Micros>;
  static constexpr bool is_steady = true;
};
using Instant = MonotonicClock::time_point;

}  // namespace p3a
