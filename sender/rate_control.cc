#include "sender/rate_control.h"

#include <algorithm>

namespace p3a::sender {
namespace {

constexpr Micros kFirstHold = 500ms;
constexpr Micros kLongestHold = 32s;
constexpr std::size_t kEnoughFrames = 3;  // to judge by
constexpr double kSettled = 0.7;          // of the target: no more climbing above
constexpr double kAnyRate = 1000;         // frames a second that no source makes
constexpr int kLongClimb = 8;             // steps up after which the link has clearly changed

double seconds(Micros time) { return std::chrono::duration<double>(time).count(); }

}  // namespace

RateControl::RateControl(const RateBounds& bounds)
    : bounds_(bounds),
      quality_(std::clamp(kFirstQuality, bounds.min_quality, bounds.max_quality)),
      fps_(bounds.max_fps),
      hold_(kFirstHold) {}

double RateControl::most_fps() const {
  if (panel_hz_ <= 0) return bounds_.max_fps;
  return bounds_.max_fps > 0 ? std::min(bounds_.max_fps, panel_hz_) : panel_hz_;
}

void RateControl::set_panel_rate(double hz) {
  panel_hz_ = hz;
  fps_ = most_fps();
}

Micros RateControl::interval() const {
  return fps_ > 0 ? Micros(static_cast<std::int64_t>(1e6 / fps_)) : Micros{};
}

void RateControl::on_shown(Instant now, Micros latency) {
  if (!begun(now)) return;
  latencies_[shown_++ % latencies_.size()] = latency;
  judge(now);
}

void RateControl::on_dropped(Instant now) {
  if (!begun(now)) return;
  ++dropped_;
  judge(now);
}

// Whether what is heard now belongs to a period; the first frame begins the first one.
bool RateControl::begun(Instant now) {
  if (period_begin_ == Instant{}) begin_period(now);
  return now >= period_begin_;
}

void RateControl::begin_period(Instant at) {
  period_begin_ = at;
  shown_ = dropped_ = 0;
}

Micros RateControl::median() const {
  auto sorted = latencies_;
  const std::size_t count = std::min(shown_, sorted.size());
  const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(count / 2);
  std::nth_element(sorted.begin(), middle, sorted.begin() + static_cast<std::ptrdiff_t>(count));
  return *middle;
}

void RateControl::judge(Instant now) {
  const Micros lasted = now - period_begin_;
  if (lasted < kPeriod || shown_ + dropped_ < kEnoughFrames) return;
  const Micros target = std::max(bounds_.latency_target, round_trip_ + bounds_.latency_target / 2);
  const Micros latency = shown_ == 0 ? target * 2 : median();
  const double load = seconds(latency) / seconds(target);
  const double shown_fps = static_cast<double>(shown_) / seconds(lasted);
  if (dropped_ * 8 > shown_ + dropped_) {
    lower_rate(shown_fps);
  } else if (load > 1 && quality_ > bounds_.min_quality) {
    quality_ = std::max<double>(bounds_.min_quality, quality_ * std::max(0.75, 1 / load));
  } else if (load > 1) {
    lower_rate(shown_fps * std::max(0.75, 1 / load));
  } else {
    if (load < kSettled && now >= climb_after_) climb(load);
    return begin_period(now);
  }
  // Not reached step by step, a rate that is too high says nothing about the next attempt.
  if (steps_up_ > kLongClimb)
    hold_ = kFirstHold;
  else if (steps_up_ > 0)
    hold_ = std::min(kLongestHold, hold_ * 2);
  steps_up_ = 0;
  climb_after_ = now + hold_;
  begin_period(now + std::min<Micros>(latency, 1s));  // frames that left before tell nothing new
}

void RateControl::lower_rate(double fps) {
  fps_ = std::max(bounds_.min_fps, fps_ > 0 ? std::min(fps_, fps) : fps);
}

void RateControl::climb(double load) {
  const double most = most_fps();
  if (fps_ > 0 && (most == 0 || fps_ < most)) {
    fps_ *= 1.05 + 0.5 * (kSettled - load) / kSettled;
    if (most > 0) fps_ = std::min(fps_, most);
    if (most == 0 && fps_ > kAnyRate) fps_ = 0;
    ++steps_up_;
  } else if (quality_ < bounds_.max_quality) {
    quality_ = std::min<double>(bounds_.max_quality, quality_ + 2);
    ++steps_up_;
  }
}

}  // namespace p3a::sender
