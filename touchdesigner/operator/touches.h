// Fingers on the panel, on their way from the stream's thread to the cooks: every down and every up
// is seen by one cook at least. No heap; any thread.
#pragma once

#include <array>
#include <mutex>

#include "include/p3a/p3a.hpp"
#include "touchdesigner/operator/report.h"

namespace p3a::td {

class Touches {
 public:
  void add(const PanelTouch& touch) {
    const std::scoped_lock lock(mutex_);
    if (count_ == kMost) drop_oldest();
    waiting_[(first_ + count_++) % kMost] = touch;
  }
  /// What the next cook shows: all moves that wait, up to the first down or up.
  void show(Report& report) {
    const std::scoped_lock lock(mutex_);
    while (count_ > 0) {
      const PanelTouch touch = waiting_[first_];
      drop_oldest();
      down_ = touch.kind != PanelTouch::Kind::kUp;
      x_ = touch.x;
      y_ = touch.y;
      if (touch.kind != PanelTouch::Kind::kMove) break;
    }
    report.touched = down_;
    report.touch_x = x_;
    report.touch_y = y_;
  }

 private:
  static constexpr std::size_t kMost = 64;
  void drop_oldest() {
    first_ = (first_ + 1) % kMost;
    --count_;
  }

  std::mutex mutex_;
  std::array<PanelTouch, kMost> waiting_{};
  std::size_t first_ = 0;
  std::size_t count_ = 0;
  bool down_ = false;
  std::uint32_t x_ = 0;
  std::uint32_t y_ = 0;
};

}  // namespace p3a::td
