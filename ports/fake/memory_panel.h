// A panel in memory: keeps what was shown, fails when told to, and says what a test tells it to
// say. Any thread.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "device/ports.h"

namespace p3a {

class MemoryPanel final : public Panel {
 public:
  explicit MemoryPanel(bool wants_events = false, bool any_thread = false)
      : wants_events_(wants_events), any_thread_(any_thread) {}

  Status present(const Canvas& canvas) override {
    std::unique_lock lock(mutex_);
    ++attempts_;
    threads_.push_back(std::this_thread::get_id());
    changed_.notify_all();
    changed_.wait(lock, [this] { return !held_; });
    if (failing_) return fail(ErrorCode::kInternal, "The panel's cable is loose; plug it in.");
    colors_.push_back(canvas.format == PixelFormat::kRgb888 ? last_pixel(canvas) : Rgb{0, 0, 0});
    changed_.notify_all();
    return {};
  }
  PanelEvents poll() override {
    const std::lock_guard lock(mutex_);
    ++polls_;
    threads_.push_back(std::this_thread::get_id());
    changed_.notify_all();
    return std::exchange(events_, {});
  }
  bool any_thread() const override { return any_thread_; }
  bool wants_events() const override { return wants_events_; }
  void close() override {
    const std::lock_guard lock(mutex_);
    threads_.push_back(std::this_thread::get_id());
    closed_ = true;
  }

  // What a test arranges.

  void set_failing(bool failing) {
    const std::lock_guard lock(mutex_);
    failing_ = failing;
  }
  /// While held, present() does not return.
  void hold(bool held) {
    const std::lock_guard lock(mutex_);
    held_ = held;
    changed_.notify_all();
  }
  /// The next poll() says so.
  void tell(PanelEvents events) {
    const std::lock_guard lock(mutex_);
    events_ = std::move(events);
  }

  // What a test looks at. The wait functions return when it has come to that.

  /// The lower right pixel of every frame shown (RGB888 only).
  std::vector<Rgb> colors() const {
    const std::lock_guard lock(mutex_);
    return colors_;
  }
  void wait_for_shown(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return colors_.size() >= count; });
  }
  void wait_for_color(Rgb color) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return !colors_.empty() && colors_.back() == color; });
  }
  void wait_for_attempts(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return attempts_ >= count; });
  }
  void wait_for_polls(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return polls_ >= count; });
  }
  std::size_t polls() const {
    const std::lock_guard lock(mutex_);
    return polls_;
  }
  bool closed() const {
    const std::lock_guard lock(mutex_);
    return closed_;
  }
  /// Whether every call came on one and the same thread.
  bool one_thread() const {
    const std::lock_guard lock(mutex_);
    for (const auto id : threads_)
      if (id != threads_.front()) return false;
    return true;
  }

 private:
  static Rgb last_pixel(const Canvas& canvas) {
    const std::uint8_t* p = canvas.row(canvas.size.height - 1) + (canvas.size.width - 1) * 3;
    return {p[0], p[1], p[2]};
  }

  const bool wants_events_;
  const bool any_thread_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool failing_ = false;
  bool held_ = false;
  bool closed_ = false;
  PanelEvents events_;
  std::vector<Rgb> colors_;
  std::size_t attempts_ = 0;
  std::size_t polls_ = 0;
  std::vector<std::thread::id> threads_;
};

}  // namespace p3a
