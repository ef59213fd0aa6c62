// The last 512 latencies, for their percentiles. Plain value, no heap; one thread at a time.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

#include "core/base/time.h"

namespace p3a::sender {

class LatencyWindow {
 public:
  void add(Micros latency) { values_[count_++ % values_.size()] = latency; }
  std::size_t size() const { return std::min(count_, values_.size()); }

  /// The smallest value that `part` (0 to 1) of all values do not exceed; 0 without values.
  Micros percentile(double part) const {
    if (count_ == 0) return {};
    auto sorted = values_;
    const auto end = sorted.begin() + static_cast<std::ptrdiff_t>(size());
    const auto rank = std::lround(part * static_cast<double>(size() - 1));
    const auto at = sorted.begin() + rank;
    std::nth_element(sorted.begin(), at, end);
    return *at;
  }

 private:
  std::array<Micros, 512> values_{};
  std::size_t count_ = 0;
};

}  // namespace p3a::sender
