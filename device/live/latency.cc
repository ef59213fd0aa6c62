#include "device/live/latency.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace p3a {
namespace {

Percentiles percentiles_of(const LatencyHistogram& histogram) {
  return {.p50 = histogram.percentile(0.5), .p99 = histogram.percentile(0.99)};
}

}  // namespace

void LatencyHistogram::note(Micros latency) {
  ++counts_[bucket_of(static_cast<std::uint64_t>(std::max<std::int64_t>(latency.count(), 0)))];
  ++samples_;
}

Micros LatencyHistogram::percentile(double share) const {
  if (samples_ == 0) return {};
  const auto wanted = std::max<std::uint64_t>(
      1, static_cast<std::uint64_t>(std::ceil(static_cast<double>(samples_) * share)));
  std::uint64_t seen = 0;
  for (std::size_t bucket = 0; bucket < counts_.size(); ++bucket) {
    seen += counts_[bucket];
    if (seen >= wanted) return Micros(value_of(bucket));
  }
  return Micros(value_of(counts_.size() - 1));
}

// The first 8 buckets are 0 to 7 µs; then each octave has 8 of equal width.
std::size_t LatencyHistogram::bucket_of(std::uint64_t micros) {
  if (micros < kSteps) return static_cast<std::size_t>(micros);
  const auto octave = static_cast<unsigned>(std::bit_width(micros)) - 3;  // 1 for 8 to 15
  if (octave >= kOctaves) return kSteps * kOctaves - 1;
  return octave * kSteps + static_cast<std::size_t>(micros >> (octave - 1)) - kSteps;
}

// The middle of a bucket.
std::int64_t LatencyHistogram::value_of(std::size_t bucket) {
  if (bucket < kSteps) return static_cast<std::int64_t>(bucket);
  const auto octave = static_cast<unsigned>(bucket / kSteps);
  const std::int64_t width = std::int64_t{1} << (octave - 1);
  return static_cast<std::int64_t>(bucket % kSteps + kSteps) * width + width / 2;
}

void LatencyMeter::note(const StageTimes& times) {
  queue_.note(times.started - times.received);
  decode_.note(times.decoded - times.started);
  present_.note(times.presented - times.decoded);
  total_.note(times.presented - times.received);
}

LatencyFigures LatencyMeter::figures() const {
  return {.queue = percentiles_of(queue_),
          .decode = percentiles_of(decode_),
          .present = percentiles_of(present_),
          .total = percentiles_of(total_)};
}

}  // namespace p3a
