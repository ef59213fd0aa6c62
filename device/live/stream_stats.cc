#include "device/live/stream_stats.h"

#include <cmath>
#include <numeric>

namespace p3a {
namespace {

// How much one arrival counts, as for the jitter of RFC 3550, section 6.4.1.
constexpr double kGain = 1.0 / 16;
// A longer silence is a pause, not jitter.
constexpr Micros kPause = 1s;

}  // namespace

void StreamStats::arrived(std::size_t bytes, Instant now) {
  ++figures_.frames_in;
  figures_.bytes_in += bytes;
  if (last_arrival_ && now - *last_arrival_ < kPause) {
    const auto interval = static_cast<double>((now - *last_arrival_).count());
    if (interval_us_ == 0) interval_us_ = interval;
    jitter_us_ += (std::abs(interval - interval_us_) - jitter_us_) * kGain;
    interval_us_ += (interval - interval_us_) * kGain;
  }
  last_arrival_ = now;
}

void StreamStats::presented(const StageTimes& times) {
  turn_second(times.presented);
  ++figures_.presented;
  shown_.note(times.presented);
  latency_.note(times);
  this_second_.note(times);
}

StreamFigures StreamStats::recent(Instant now) {
  turn_second(now);
  const bool full = last_second_.samples() > 0;
  return with((full ? last_second_ : this_second_).figures(), now);
}

StreamCounts StreamStats::counts(Instant now) const {
  return {.frames_in = figures_.frames_in,
          .presented = figures_.presented,
          .dropped =
              std::accumulate(figures_.dropped.begin(), figures_.dropped.end(), std::uint64_t{0}),
          .fps = shown_.per_second(now)};
}

StreamFigures StreamStats::overall(Instant now) const { return with(latency_.figures(), now); }

void StreamStats::turn_second(Instant now) {
  if (now - second_ < 1s) return;
  last_second_ = now - second_ < 2s ? this_second_ : LatencyMeter();
  this_second_ = {};
  second_ = now;
}

StreamFigures StreamStats::with(const LatencyFigures& latency, Instant now) const {
  StreamFigures figures = figures_;
  figures.fps = shown_.per_second(now);
  figures.jitter = Micros(static_cast<std::int64_t>(jitter_us_));
  figures.latency = latency;
  return figures;
}

}  // namespace p3a
