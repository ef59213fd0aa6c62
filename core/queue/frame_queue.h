// The frames of a stream that wait to be decoded: few, in order, and the newest wins.
//
// In: what arrives, as slot numbers with what the queue must know of each frame. Out: the frame to
// decode next, and which frames gave way and why. The frames' bytes are the caller's. Dropping a
// frame never lets a torn picture out: a delta whose base is lost is dropped too, and needs_key()
// says that the stream has to send a whole picture (docs/PROTOCOL.md, section 4). Frames of a codec
// with a memory (P3X) build on each other besides, whatever other pictures come between them. Pure;
// the caller locks.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "core/base/geometry.h"
#include "core/base/time.h"
#include "core/wire/frame_message.h"

namespace p3a {

struct QueuedFrame {
  std::uint32_t slot = 0;
  FrameKind kind = FrameKind::kKey;
  Rect area;           ///< of the panel, that it replaces
  bool whole = true;   ///< area is the whole panel
  bool coded = false;  ///< a delta of these builds on every coded frame since the last coded key
  Instant due{};       ///< when to show it; the clock's zero means as soon as possible

  bool stands_alone() const { return kind == FrameKind::kKey && whole; }
};

enum class FrameLoss : std::uint8_t {
  kQueueFull,  ///< newer frames took its place
  kNeedsKey,   ///< the picture that it builds on was lost
};

struct LostFrame {
  std::uint32_t slot = 0;
  FrameLoss why = FrameLoss::kQueueFull;
};

class FrameQueue {
 public:
  static constexpr std::size_t kMaxDepth = 10;

  /// What gave way in one call: never more than waited, and the new one.
  class Losses {
   public:
    const LostFrame* begin() const { return lost_.data(); }
    const LostFrame* end() const { return lost_.data() + size_; }
    std::size_t size() const { return size_; }
    void add(std::uint32_t slot, FrameLoss why) { lost_[size_++] = {slot, why}; }

   private:
    std::array<LostFrame, kMaxDepth + 1> lost_{};
    std::size_t size_ = 0;
  };

  /// `depth` 1 to kMaxDepth. A new queue needs a key.
  explicit FrameQueue(std::size_t depth) : depth_(depth) {}

  /// What is too much for the new depth gives way.
  Losses set_depth(std::size_t depth);
  /// Takes a frame in; it may be among the losses itself.
  Losses push(const QueuedFrame& frame);
  /// The frame to decode now. Frames whose time is after `until` wait, unless the queue is full:
  /// then the oldest goes early, since nothing would ever be seen of frames that are all pushed out
  /// before their time. What newer frames that are due replace wholly is passed over.
  std::optional<QueuedFrame> pop(Instant until, Losses& lost);
  /// The frame popped last did not make it into the picture.
  Losses lose(const QueuedFrame& frame);
  /// Everything goes; the next picture must be whole.
  Losses clear();

  /// Deltas are refused until a frame that stands alone comes.
  bool needs_key() const { return needs_key_; }
  std::size_t size() const { return size_; }
  /// When pop() has something to give; nothing while the queue is empty.
  std::optional<Instant> due() const;

 private:
  struct Gap {
    bool torn = false;   // a part of the picture is missing
    bool coded = false;  // a coded frame is
  };
  bool usable(const QueuedFrame& frame, const Gap& gap) const;
  bool covered_from(std::size_t at, const Rect& area, Instant until) const;
  void pass_over(Losses& lost, Gap& gap);
  void settle(Gap gap, Losses& lost);
  void drop_oldest(Losses& lost);
  void remove(std::size_t at);

  std::size_t depth_;
  std::size_t size_ = 0;
  bool needs_key_ = true;
  bool needs_coded_key_ = true;
  std::array<QueuedFrame, kMaxDepth + 1> frames_{};  // the oldest first
};

}  // namespace p3a
