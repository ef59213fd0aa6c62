// What everybody may know about a stream: its status, the touches, and which picture is on the
// panel.
//
// The worker writes, the program reads; any thread. Locks are held for a few copies only.
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>

#include "sender/latency_window.h"
#include "sender/ports.h"

namespace p3a::sender {

class StreamBoard {
 public:
  static constexpr std::size_t kMaxTouches = 256;  // then the oldest is lost

  template <class Change>
  void update(Change change) {
    const std::scoped_lock lock(mutex_);
    change(status_);
  }
  void add_latency(Micros latency);
  void add_encode_time(Micros time);
  void add_send_time(Micros time);
  void add_touch(const PanelTouch& touch);
  /// Submission `number` has left the mailbox.
  void taken(std::uint64_t number);
  /// Submission `number`, and all before it, needs no more waiting for.
  void settle(std::uint64_t number);
  /// The stream has ended: nobody waits any longer.
  void end(StreamState state, std::string_view error);

  StreamStatus status() const;
  /// Closed or failed for good.
  bool ended() const;
  bool next_touch(PanelTouch& touch);
  /// False when the time is up or the stream has ended first.
  bool wait_settled(std::uint64_t number, std::chrono::milliseconds patience);
  bool wait_taken(std::uint64_t number, std::chrono::milliseconds patience);

 private:
  bool ended_locked() const {
    return status_.state == StreamState::kClosed || status_.state == StreamState::kFailed;
  }

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  StreamStatus status_;
  LatencyWindow latencies_;
  LatencyWindow encode_times_;
  LatencyWindow send_times_;
  std::deque<PanelTouch> touches_;
  std::uint64_t settled_ = 0;
  std::uint64_t taken_ = 0;
};

}  // namespace p3a::sender
