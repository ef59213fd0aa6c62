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
  if (!usable(frame, {needs_key_, needs_coded_key_})) {
    needs_key_ = true;
    needs_coded_key_ |= frame.coded;
    lost.add(frame.slot, FrameLoss::kNeedsKey);
    return lost;
  }
  if (frame.stands_alone()) needs_key_ = false;
  if (frame.coded && frame.kind == FrameKind::kKey) needs_coded_key_ = false;
  frames_[size_++] = frame;
  if (size_ > depth_) drop_oldest(lost);
  return lost;
}

std::optional<QueuedFrame> FrameQueue::pop(Instant until, Losses& lost) {
  const auto when = due();
  if (!when || *when > until) return std::nullopt;
  Gap gap;
  // Behind the newest whole picture that is due, nothing older is worth a decode.
  for (std::size_t i = size_ - 1; i > 0; --i) {
    if (frames_[i].due > until || !frames_[i].stands_alone()) continue;
    for (; i > 0; --i) pass_over(lost, gap);
    break;
  }
  while (covered_from(1, frames_[0].area, until)) pass_over(lost, gap);
  settle(gap, lost);
  QueuedFrame first = frames_[0];
  if (first.due > until) first.due = {};  // it goes early
  remove(0);
  return first;
}

FrameQueue::Losses FrameQueue::lose(const QueuedFrame& frame) {
  Losses lost;
  settle({!covered_from(0, frame.area, Instant::max()), frame.coded}, lost);
  return lost;
}

FrameQueue::Losses FrameQueue::clear() {
  Losses lost;
  for (std::size_t i = 0; i < size_; ++i) lost.add(frames_[i].slot, FrameLoss::kQueueFull);
  size_ = 0;
  needs_key_ = needs_coded_key_ = true;
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

bool FrameQueue::usable(const QueuedFrame& frame, const Gap& gap) const {
  return frame.kind == FrameKind::kKey || !(gap.torn || (frame.coded && gap.coded));
}

// The oldest gives way to a newer one that covers it.
void FrameQueue::pass_over(Losses& lost, Gap& gap) {
  gap.coded |= frames_[0].coded;
  lost.add(frames_[0].slot, FrameLoss::kQueueFull);
  remove(0);
}

// Something before the first frame is missing: what builds on it makes no sense, up to the next
// frame that does not.
void FrameQueue::settle(Gap gap, Losses& lost) {
  for (std::size_t i = 0; i < size_ && (gap.torn || gap.coded);) {
    const QueuedFrame& frame = frames_[i];
    if (!usable(frame, gap)) {
      gap = {true, gap.coded || frame.coded};
      lost.add(frame.slot, FrameLoss::kNeedsKey);
      remove(i);
      continue;
    }
    if (frame.stands_alone()) gap.torn = false;
    if (frame.coded && frame.kind == FrameKind::kKey) gap.coded = false;
    ++i;
  }
  needs_key_ |= gap.torn;
  needs_coded_key_ |= gap.coded;
}

void FrameQueue::drop_oldest(Losses& lost) {
  const QueuedFrame oldest = frames_[0];
  lost.add(oldest.slot, FrameLoss::kQueueFull);
  remove(0);
  settle({!covered_from(0, oldest.area, Instant::max()), oldest.coded}, lost);
}

void FrameQueue::remove(std::size_t at) {
  std::move(frames_.begin() + static_cast<std::ptrdiff_t>(at) + 1,
            frames_.begin() + static_cast<std::ptrdiff_t>(size_),
            frames_.begin() + static_cast<std::ptrdiff_t>(at));
  --size_;
}

}  // namespace p3a
