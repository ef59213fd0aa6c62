// The stream of the moment, and the one before it: when a setting changes, the new one has the
// panel before the old one lets go of it, so that the display shows nothing else in between. Counts
// go on.
//
// The worker's thread; abandon() any.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "touchdesigner/operator/settings.h"

namespace p3a::td {

class LiveStream {
 public:
  using Clock = std::chrono::steady_clock;

  ~LiveStream() { close(); }

  bool open() const { return now_ != nullptr; }
  /// What it was opened with.
  const std::string& address() const { return address_; }
  const Settings& settings() const { return settings_; }

  void begin(const std::string& address, const Settings& settings,
             std::function<void(const PanelTouch&)> on_touch);
  /// Ends both; takes 100 ms at most, a second where a stock p3a is told.
  void close();
  /// The old one goes as soon as it may.
  void tick(Clock::time_point now);
  bool submit(const PixelView& picture, Clock::time_point captured);
  void set_stalled(bool stalled);

  /// Of the stream of the moment, but its counters count from the first one on.
  StreamStatus status() const;
  std::uint64_t reconnects() const { return reconnects_ + again(now_.get()); }

  /// What close() would wait for is given up, now and from now on.
  void abandon();

 private:
  static std::uint64_t again(const Stream* stream);
  void retire();

  std::mutex mutex_;  // what abandon() touches
  bool abandoned_ = false;
  std::unique_ptr<Stream> now_;
  std::unique_ptr<Stream> old_;
  Clock::time_point old_until_{};
  std::string address_;
  Settings settings_;
  bool stalled_ = false;
  StreamStatus before_;  // sums of the streams that are over
  std::uint64_t reconnects_ = 0;
};

}  // namespace p3a::td
