// What is counted about a stream's frames. The caller locks.
#pragma once

#include <optional>
#include <string>

#include "device/engine/rate_meter.h"
#include "device/live/control_text.h"
#include "device/live/latency.h"

namespace p3a {

/// What costs nothing to ask.
struct StreamCounts {
  std::uint64_t frames_in = 0;
  std::uint64_t presented = 0;
  std::uint64_t dropped = 0;
  double fps = 0;
};

class StreamStats {
 public:
  void arrived(std::size_t bytes, Instant now);
  void dropped(Drop drop) { ++figures_.dropped[static_cast<std::size_t>(drop)]; }
  void presented(const StageTimes& times);
  void failed(const Error& error) { last_error_ = error; }

  /// fps, jitter and latency of the last full second, or of the first that is not full yet; the
  /// rest since the beginning.
  StreamFigures recent(Instant now);
  StreamCounts counts(Instant now) const;
  /// As recent(), with the latency of everything.
  StreamFigures overall(Instant now) const;
  const std::optional<Error>& last_error() const { return last_error_; }
  std::uint64_t frames_in() const { return figures_.frames_in; }

 private:
  void turn_second(Instant now);
  StreamFigures with(const LatencyFigures& latency, Instant now) const;

  StreamFigures figures_;  // the counters of it
  RateMeter shown_;
  std::optional<Instant> last_arrival_;
  double interval_us_ = 0;  // between two arrivals, smoothed
  double jitter_us_ = 0;
  LatencyMeter latency_;
  Instant second_{};  // when the one that is counted began
  LatencyMeter this_second_;
  LatencyMeter last_second_;
  std::optional<Error> last_error_;
};

}  // namespace p3a
