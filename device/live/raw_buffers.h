// The receive buffers of POST /display/raw, lent to one picture each for as long as it is received,
// decoded or shown. Any thread.
#pragma once

#include <memory>
#include <mutex>
#include <utility>

#include "device/live/buffers.h"

namespace p3a {

class RawBuffers {
 public:
  /// All but one may be on their way while that one is shown.
  RawBuffers(std::size_t count, std::size_t bytes) : count_(count), buffers_(count, bytes) {}

  std::optional<std::uint32_t> take() {
    const std::lock_guard lock(mutex_);
    return buffers_.take();
  }
  void give_back(std::uint32_t index) {
    const std::lock_guard lock(mutex_);
    buffers_.give_back(index);
  }
  ByteSpan at(std::uint32_t index) const { return buffers_.at(index); }
  std::size_t bytes() const { return buffers_.bytes(); }
  std::size_t count() const { return count_; }

 private:
  const std::size_t count_;
  std::mutex mutex_;
  Buffers buffers_;
};

/// A buffer that gives itself back.
class RawLease {
 public:
  RawLease() = default;
  /// Empty when all are lent.
  static RawLease take(std::shared_ptr<RawBuffers> buffers) {
    RawLease lease;
    if (const auto index = buffers->take()) {
      lease.index_ = *index;
      lease.buffers_ = std::move(buffers);
    }
    return lease;
  }
  RawLease(RawLease&& other) noexcept
      : buffers_(std::move(other.buffers_)), index_(std::exchange(other.index_, 0)) {}
  RawLease& operator=(RawLease other) noexcept {
    std::swap(buffers_, other.buffers_);
    std::swap(index_, other.index_);
    return *this;
  }
  ~RawLease() {
    if (buffers_) buffers_->give_back(index_);
  }
  explicit operator bool() const { return buffers_ != nullptr; }
  ByteSpan bytes() const { return buffers_->at(index_); }

 private:
  std::shared_ptr<RawBuffers> buffers_;
  std::uint32_t index_ = 0;
};

}  // namespace p3a
