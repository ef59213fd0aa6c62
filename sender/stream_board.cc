#include "sender/stream_board.h"

namespace p3a::sender {

void StreamBoard::add_latency(Micros latency) {
  const std::scoped_lock lock(mutex_);
  latencies_.add(latency);
}

void StreamBoard::add_encode_time(Micros time) {
  const std::scoped_lock lock(mutex_);
  encode_times_.add(time);
}

void StreamBoard::add_send_time(Micros time) {
  const std::scoped_lock lock(mutex_);
  send_times_.add(time);
}

void StreamBoard::add_touch(const PanelTouch& touch) {
  const std::scoped_lock lock(mutex_);
  if (touches_.size() == kMaxTouches) touches_.pop_front();
  touches_.push_back(touch);
}

bool StreamBoard::next_touch(PanelTouch& touch) {
  const std::scoped_lock lock(mutex_);
  if (touches_.empty()) return false;
  touch = touches_.front();
  touches_.pop_front();
  return true;
}

void StreamBoard::taken(std::uint64_t number) {
  const std::scoped_lock lock(mutex_);
  taken_ = number;
  changed_.notify_all();
}

void StreamBoard::settle(std::uint64_t number) {
  const std::scoped_lock lock(mutex_);
  settled_ = std::max(settled_, number);
  changed_.notify_all();
}

void StreamBoard::end(StreamState state, std::string_view error) {
  const std::scoped_lock lock(mutex_);
  status_.state = state;
  if (!error.empty()) status_.error = error;
  changed_.notify_all();
}

bool StreamBoard::wait_settled(std::uint64_t number, std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, patience, [&] { return settled_ >= number || ended_locked(); });
  return settled_ >= number;
}

bool StreamBoard::wait_taken(std::uint64_t number, std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, patience, [&] { return taken_ >= number || ended_locked(); });
  return taken_ >= number;
}

bool StreamBoard::ended() const {
  const std::scoped_lock lock(mutex_);
  return ended_locked();
}

StreamStatus StreamBoard::status() const {
  std::unique_lock lock(mutex_);
  StreamStatus status = status_;
  const LatencyWindow latencies = latencies_;
  const LatencyWindow encode_times = encode_times_;
  const LatencyWindow send_times = send_times_;
  lock.unlock();  // sorting needs no lock
  status.latency_p50_us = latencies.percentile(0.5).count();
  status.latency_p99_us = latencies.percentile(0.99).count();
  status.encode_p50_us = encode_times.percentile(0.5).count();
  status.send_p50_us = send_times.percentile(0.5).count();
  return status;
}

}  // namespace p3a::sender
