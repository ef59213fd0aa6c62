// How long frames take, stage by stage: median and 99th percentile without keeping the samples.
//
// A histogram counts in 8 steps an octave, so that a figure is right within 6 %. Fixed size, no
// allocation. The caller locks.
#pragma once

#include <array>
#include <cstdint>

#include "core/base/time.h"
#include "device/frame.h"

namespace p3a {

class LatencyHistogram {
 public:
  void note(Micros latency);
  /// The latency that `share` (0 to 1) of the samples do not exceed; 0 without samples.
  Micros percentile(double share) const;
  std::uint64_t samples() const { return samples_; }

 private:
  static constexpr std::uint32_t kSteps = 8;     // an octave
  static constexpr std::uint32_t kOctaves = 24;  // up to 16 s; what takes longer counts as that
  static std::size_t bucket_of(std::uint64_t micros);
  static std::int64_t value_of(std::size_t bucket);

  std::array<std::uint32_t, kSteps * kOctaves> counts_{};
  std::uint64_t samples_ = 0;
};

struct Percentiles {
  Micros p50{};
  Micros p99{};
};

struct LatencyFigures {
  Percentiles queue;    ///< from received to the decoder
  Percentiles decode;   ///< in the decoder
  Percentiles present;  ///< from decoded to seen
  Percentiles total;    ///< from received to seen
};

/// When a frame passed each stage.
struct StageTimes {
  Instant received;
  Instant started;  ///< to be decoded
  Instant decoded;
  Instant presented;
};

/// All four stages, over everything or over the last full second.
class LatencyMeter {
 public:
  void note(const StageTimes& times);
  LatencyFigures figures() const;
  std::uint64_t samples() const { return total_.samples(); }

 private:
  LatencyHistogram queue_;
  LatencyHistogram decode_;
  LatencyHistogram present_;
  LatencyHistogram total_;
};

}  // namespace p3a
