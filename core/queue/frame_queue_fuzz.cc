// Any sequence of pushes, pops, losses and changes of depth. A model paints the panel: each pixel
// of a small grid remembers which frame it should come from, and what came out must be a picture
// that the sender meant, or one that is honestly asked to be renewed.
#include <array>

#include "core/base/bytes.h"
#include "core/queue/frame_queue.h"
#include "fuzz/require.h"

namespace p3a {
namespace {

constexpr std::uint32_t kSide = 4;

// What the sender knows of each frame, by slot: slots count up and are never reused here.
struct Sent {
  QueuedFrame frame;
  bool out = false;     // popped
  bool gone = false;    // lost
  bool broken = false;  // popped, then lost in decoding
};

class Model {
 public:
  explicit Model(ByteReader input) : input_(input) {}

  void run() {
    while (const auto what = input_.u8()) {
      if (count_ == sent_.size()) return;
      switch (*what % 8) {
        case 0:
        case 1:
        case 2:
        case 3:
          push(*what >> 3);
          break;
        case 4:
        case 5:
          pop(*what >> 3);
          break;
        case 6:
          depth_ = 1 + (*what >> 3) % FrameQueue::kMaxDepth;
          take(queue_.set_depth(depth_));
          break;
        default:
          if ((*what >> 3) % 4 == 0) take(queue_.clear());
          break;
      }
      check_counts();
    }
  }

 private:
  void push(std::uint32_t kind) {
    const std::uint8_t place = input_.u8().value_or(0);
    QueuedFrame frame;
    frame.slot = static_cast<std::uint32_t>(count_);
    frame.kind = kind % 4 == 0 ? FrameKind::kDelta : FrameKind::kKey;
    frame.whole = kind % 8 < 5;
    const std::uint32_t x = place % kSide, y = place / kSide % kSide;
    frame.area = frame.whole ? Rect{0, 0, kSide, kSide}
                             : Rect{static_cast<std::int32_t>(x), static_cast<std::int32_t>(y),
                                    1 + place / 16 % (kSide - x), 1 + place / 64 % (kSide - y)};
    frame.coded = (place & 8) != 0;
    if (kind >= 24) frame.due = Instant(Micros(place));
    sent_[count_++].frame = frame;
    take(queue_.push(frame));
    if (frame.stands_alone() && !sent_[count_ - 1].gone)
      require(!queue_.needs_key(), "a whole picture is the key asked for");
  }

  void pop(std::uint32_t variant) {
    FrameQueue::Losses lost;
    const std::size_t before = queue_.size();
    const auto frame = queue_.pop(Instant(Micros(variant * 8)), lost);
    take(lost);
    if (!frame) {
      require(lost.size() == 0 && queue_.size() == before, "nothing comes, nothing goes");
      return;
    }
    Sent& sent = sent_[frame->slot];
    require(!sent.out && !sent.gone, "each comes out once");
    for (std::size_t i = frame->slot + 1; i < count_; ++i)
      require(!sent_[i].out, "the order is kept");  // in order
    sent.out = true;
    if (frame->kind == FrameKind::kDelta) require_base(frame->slot);
    if (frame->kind == FrameKind::kDelta && frame->coded) require_coded_base(frame->slot);
    if (variant % 8 == 7) {
      sent.broken = true;
      take(queue_.lose(*frame));
    }
  }

  // Every pixel of what a delta builds on is what the sender had there.
  void require_base(std::uint32_t slot) const {
    for (std::int32_t y = 0; y < static_cast<std::int32_t>(kSide); ++y) {
      for (std::int32_t x = 0; x < static_cast<std::int32_t>(kSide); ++x) {
        for (std::uint32_t i = slot; i-- > 0;) {
          const Rect& area = sent_[i].frame.area;
          const bool paints = x >= area.x && y >= area.y &&
                              x < area.x + static_cast<std::int32_t>(area.width) &&
                              y < area.y + static_cast<std::int32_t>(area.height);
          if (!paints) continue;
          require(sent_[i].out && !sent_[i].broken, "a delta has its base");
          if (sent_[i].frame.kind == FrameKind::kKey) break;
        }
      }
    }
  }

  // Every coded frame up to the last coded key has been through the codec.
  void require_coded_base(std::uint32_t slot) const {
    for (std::uint32_t i = slot; i-- > 0;) {
      if (!sent_[i].frame.coded) continue;
      require(sent_[i].out && !sent_[i].broken, "a coded delta has its base");
      if (sent_[i].frame.kind == FrameKind::kKey) return;
    }
    require(false, "a coded delta has a coded key");
  }

  void take(const FrameQueue::Losses& lost) {
    for (const LostFrame& loss : lost) {
      Sent& sent = sent_[loss.slot];
      require(!sent.gone && !sent.out, "each is lost once");
      sent.gone = true;
    }
  }

  void check_counts() const {
    std::size_t waiting = 0;
    for (std::size_t i = 0; i < count_; ++i) waiting += !sent_[i].out && !sent_[i].gone;
    require(waiting == queue_.size() && waiting <= depth_, "bounded, none forgotten");
    require(queue_.due().has_value() == (waiting > 0), "due when something waits");
  }

  ByteReader input_;
  std::size_t depth_ = 3;
  FrameQueue queue_{3};
  std::array<Sent, 256> sent_{};
  std::size_t count_ = 0;
};

}  // namespace
}  // namespace p3a

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  p3a::Model(p3a::ByteReader({data, size})).run();
  return 0;
}
