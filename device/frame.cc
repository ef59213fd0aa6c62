#include "device/frame.h"

#include <cassert>
#include <utility>

namespace p3a {

std::string_view source_name(Source source) {
  switch (source) {
    case Source::kSplash:
      return "splash";
    case Source::kRotation:
      return "rotation";
    case Source::kRaw:
      return "raw";
    case Source::kStream:
      return "stream";
  }
  return "";
}

FrameRef::FrameRef(const FrameRef& other) : frame_(other.frame_) {
  if (frame_ != nullptr) frame_->references.fetch_add(1, std::memory_order_relaxed);
}

FrameRef::FrameRef(FrameRef&& other) noexcept : frame_(std::exchange(other.frame_, nullptr)) {}

FrameRef& FrameRef::operator=(FrameRef other) noexcept {
  std::swap(frame_, other.frame_);
  return *this;
}

FrameRef::~FrameRef() {
  if (frame_ == nullptr) return;
  // Release and acquire: whoever gets the frame next sees it fully read by its last holder.
  if (frame_->references.fetch_sub(1, std::memory_order_acq_rel) == 1)
    frame_->pool->give_back(frame_);
}

std::size_t FramePool::bytes(Size size, PixelFormat format, std::size_t count) {
  return std::size_t{size.width} * bytes_per_pixel(format) * size.height * count;
}

FramePool::FramePool(Size size, PixelFormat format, std::size_t count, ByteSpan memory)
    : frames_(std::make_unique<Frame[]>(count)),
      stride_(std::size_t{size.width} * bytes_per_pixel(format)),
      count_(count) {
  const std::size_t needed = bytes(size, format, count);
  assert(memory.empty() || memory.size() >= needed);
  if (memory.empty()) {
    own_ = std::make_unique_for_overwrite<std::uint8_t[]>(needed);
    memory = {own_.get(), needed};
  }
  free_.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    frames_[i].canvas = {memory.data() + i * stride_ * size.height, size, stride_, format};
    frames_[i].pool = this;
    free_.push_back(&frames_[i]);
  }
}

FramePool::~FramePool() { assert(free_.size() == count_); }

FrameRef FramePool::acquire() {
  const std::lock_guard lock(mutex_);
  if (free_.empty()) return {};
  Frame* frame = free_.back();
  free_.pop_back();
  frame->sequence = 0;
  frame->present_at = {};
  frame->times = {};
  frame->source = Source::kSplash;
  ++frame->lends_;
  frame->references.store(1, std::memory_order_relaxed);
  return FrameRef(frame);
}

void FramePool::give_back(Frame* frame) {
  const std::lock_guard lock(mutex_);
  free_.push_back(frame);
}

}  // namespace p3a
