// How many times a second something happened lately. Plain value; one thread at a time.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>

#include "core/base/time.h"

namespace p3a {

class RateMeter {
 public:
  void note(Instant at) {
    times_[count_ % kKept] = at;
    ++count_;
  }

  /// Over the second before `now`; where that second saw more than can be kept, over what is kept.
  double per_second(Instant now) const {
    const std::size_t kept = std::min(count_, kKept);
    std::size_t recent = 0;
    while (recent < kept && now - times_[(count_ - 1 - recent) % kKept] < 1s) ++recent;
    if (recent < kKept) return static_cast<double>(recent);
    const Micros span = now - times_[count_ % kKept];
    return static_cast<double>(recent) * 1e6 / static_cast<double>(std::max(span, 1us).count());
  }

 private:
  static constexpr std::size_t kKept = 128;
  std::array<Instant, kKept> times_{};
  std::size_t count_ = 0;
};

}  // namespace p3a
