// How good and how often: JPEG quality and frame rate follow what became of the frames, towards a
// latency target, within the caller's bounds.
//
// In: one call for each acknowledged frame, and the shortest round trip to the display. Out:
// quality() and fps(). Every 250 ms of frames are judged together:
//   too many dropped by the display  the rate becomes what was shown; there is nothing to search
//   median latency above the target  quality shrinks in proportion; at its bound, the rate does
//   between 70 % and 100 % of it     nothing changes: this is where it settles
//   below                            the rate recovers first, the faster the more room there is,
//                                    then quality, in small steps
// A step up that had to be taken back is waited for twice as long the next time (0.5 s to 32 s), so
// that a settled stream stays settled. A target that the distance alone uses up is not chased:
// half of it is always left for the frame itself.
// Pure: time comes in. One thread at a time.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>

#include "core/base/time.h"

namespace p3a::sender {

struct RateBounds {
  int min_quality = 30;
  int max_quality = 90;
  double min_fps = 5;
  double max_fps = 60;  ///< 0: no limit
  Micros latency_target = 50ms;
};

class RateControl {
 public:
  static constexpr int kFirstQuality = 75;
  static constexpr Micros kPeriod = 250ms;

  explicit RateControl(const RateBounds& bounds);

  void on_shown(Instant now, Micros latency);
  /// The display could not keep up (queue full, or shown by a newer one).
  void on_dropped(Instant now);
  void on_round_trip(Micros shortest) { round_trip_ = shortest; }
  /// The panel's own rate: faster makes no sense. 0: it has none.
  void set_panel_rate(double hz);

  int quality() const { return static_cast<int>(std::lround(quality_)); }
  double fps() const { return fps_; }  ///< 0: no limit
  Micros interval() const;             ///< of fps(); 0: no limit

 private:
  bool begun(Instant now);
  void begin_period(Instant at);
  void judge(Instant now);
  void lower_rate(double fps);
  void climb(double load);
  double most_fps() const;
  Micros median() const;

  RateBounds bounds_;
  double panel_hz_ = 0;
  double quality_;
  double fps_;
  Micros round_trip_{};

  Instant period_begin_{};
  std::array<Micros, 64> latencies_{};  // of the period; the newest 64
  std::size_t shown_ = 0;
  std::size_t dropped_ = 0;

  Micros hold_;            // how long to wait after a step down
  Instant climb_after_{};  // no step up before this
  int steps_up_ = 0;       // since the last step down
};

}  // namespace p3a::sender
