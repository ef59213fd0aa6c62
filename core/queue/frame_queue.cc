#include "core/queue/frame_queue.h"

#include <algorithm>

namespace p3a {
namespace {

bool contains(const Rect& outer, const Rect& inner) {
  const auto right = [](const Rect& r) { return std::int64_t{r.x} + r.width; };
  const auto bottom = [](const Rect& r) { return std::int64_t{r.y} + r.height; };
  return outer.x <= inner.x && outer.y <= inner.y && right(outer) >= right(inner) &&
         bottom(outer) >= bottom(inner);
}

}  // namespace

FrameQueue::Losses FrameQueue::set_depth(std::size_t depth) {
  depth_ = depth;
  Losses lost;
  while (size_ > depth_) drop_oldest(lost);
  return lost;
}

FrameQueue::Losses FrameQueue::push(const QueuedFrame& frame) {
  Losses lost;
  if (frame.kind == FrameKind::kDelta && needs_key_) {
    lost.add(frame.slot, FrameLoss::kNeedsKey);
    return lost;
  }
  if (frame.stands_alone()) needs_key_ = false;
  frames_[size_++] = frame;
  if (size_ > depth_) drop_oldest(lost);
  return lost;
}

std::optional<QueuedFrame> FrameQueue::pop(Instant until, Losses& lost) {
  const auto when = due();
  if (!when || *when > until) return std::nullopt;
  // Behind the newest whole picture that is due, nothing older is worth a decode.
  for (std::size_t i = size_ - 1; i > 0; --i) {
    if (frames_[i].due > until || !frames_[i].stands_alone()) continue;
    for (; i > 0; --i) {
      lost.add(frames_[0].slot, FrameLoss::kQueueFull);
      remove(0);
    }
    break;
  }
  while (covered_from(1, frames_[0].area, until)) {
    lost.add(frames_[0].slot, FrameLoss::kQueueFull);
    remove(0);
  }
  QueuedFrame first = frames_[0];
  if (first.due > until) first.due = {};  // it goes early
  remove(0);
  return first;
}

FrameQueue::Losses FrameQueue::lose(const QueuedFrame& frame) {
  Losses lost;
  if (!covered_from(0, frame.area, Instant::max())) tear(lost);
  return lost;
}

FrameQueue::Losses FrameQueue::clear() {
  Losses lost;
  for (std::size_t i = 0; i < size_; ++i) lost.add(frames_[i].slot, FrameLoss::kQueueFull);
  size_ = 0;
  needs_key_ = true;
  return lost;
}

std::optional<Instant> FrameQueue::due() const {
  if (size_ == 0) return std::nullopt;
  if (size_ >= depth_) return Instant{};
  // A later frame that is due takes those before it along.
  Instant earliest = frames_[0].due;
  for (std::size_t i = 1; i < size_; ++i) earliest = std::min(earliest, frames_[i].due);
  return earliest;
}

// Whether one of the frames from `at` on, due by then, replaces the whole area before any delta
// needs what was there.
bool FrameQueue::covered_from(std::size_t at, const Rect& area, Instant until) const {
  for (std::size_t i = at; i < size_; ++i) {
    if (frames_[i].kind == FrameKind::kDelta) return false;
    if (frames_[i].due <= until && contains(frames_[i].area, area)) return true;
  }
  return false;
}

// Something before the first frame is missing: deltas make no sense up to the next whole picture.
void FrameQueue::tear(Losses& lost) {
  for (std::size_t i = 0; i < size_;) {
    if (frames_[i].stands_alone()) return;
    if (frames_[i].kind == FrameKind::kDelta) {
      lost.add(frames_[i].slot, FrameLoss::kNeedsKey);
      remove(i);
    } else {
      ++i;
    }
  }
  needs_key_ = true;
}

void FrameQueue::drop_oldest(Losses& lost) {
  const QueuedFrame oldest = frames_[0];
  lost.add(oldest.slot, FrameLoss::kQueueFull);
  remove(0);
  if (!covered_from(0, oldest.area, Instant::max())) tear(lost);
}

void FrameQueue::remove(std::size_t at) {
  std::move(frames_.begin() + static_cast<std::ptrdiff_t>(at) + 1,
            frames_.begin() + static_cast<std::ptrdiff_t>(size_),
            frames_.begin() + static_cast<std::ptrdiff_t>(at));
  --size_;
}

}  // namespace p3a
