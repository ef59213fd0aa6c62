#include "device/preview/preview_feed.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace p3a {
namespace {

constexpr std::uint8_t kTableBits = 14;

p3x::EncoderOptions options_of(Size panel, const Capacities& capacities) {
  return {
      .size = panel, .table_bits = kTableBits, .history_bytes = capacities.preview_history_bytes};
}

}  // namespace

struct PreviewFeed::Room {
  std::mutex mutex;
  std::vector<std::shared_ptr<Watcher>> watchers;
  std::function<void()> wake;  // empty once the feed is gone
};

class PreviewFeed::Client final : public StreamClient {
 public:
  Client(std::shared_ptr<Room> room, std::shared_ptr<Watcher> watcher)
      : room_(std::move(room)), watcher_(std::move(watcher)) {}
  Client(const Client&) = delete;
  ~Client() override {
    const std::lock_guard lock(room_->mutex);
    std::erase(room_->watchers, watcher_);
    if (room_->wake) room_->wake();  // memory is given back when the last one goes
  }

  ByteSpan buffer() override { return scratch_; }
  void on_binary(std::size_t) override {}
  void on_oversize() override {}
  void on_text(std::string_view) override {
    const std::lock_guard lock(room_->mutex);
    watcher_->ready = true;
    if (room_->wake) room_->wake();
  }

 private:
  std::shared_ptr<Room> room_;
  std::shared_ptr<Watcher> watcher_;
  std::array<std::uint8_t, 256> scratch_{};
};

PreviewFeed::PreviewFeed(Stage& stage, Clock& clock, std::function<void()> wake,
                         const Capacities& capacities)
    : stage_(stage), clock_(clock), capacities_(capacities), room_(std::make_shared<Room>()) {
  room_->wake = std::move(wake);
}

PreviewFeed::~PreviewFeed() {
  const std::lock_guard lock(room_->mutex);
  room_->wake = nullptr;
}

std::uint64_t PreviewFeed::bytes(Size panel, PixelFormat format, const Capacities& capacities) {
  if (capacities.preview_watchers == 0) return 0;
  const std::uint64_t rgb = format == PixelFormat::kRgb888 ? 0 : panel.pixels() * 3;
  return p3x::Encoder::memory_bytes(options_of(panel, capacities)).value_or(0) + rgb + kMostBytes;
}

Result<std::unique_ptr<StreamClient>> PreviewFeed::connect(std::shared_ptr<StreamOutbox> outbox) {
  if (capacities_.preview_watchers == 0)
    return fail(ErrorCode::kBusy,
                "there is no memory for a moving preview here: look at "
                "/snapshot.png instead");
  auto watcher = std::make_shared<Watcher>();
  watcher->outbox = std::move(outbox);
  {
    const std::lock_guard lock(room_->mutex);
    if (room_->watchers.size() >= capacities_.preview_watchers)
      return fail(ErrorCode::kBusy, capacities_.preview_watchers,
                  " pages watch already: look at /snapshot.png instead");
    room_->watchers.push_back(watcher);
    if (room_->wake) room_->wake();
  }
  return std::make_unique<Client>(room_, std::move(watcher));
}

// Under the lock. Whether to wait for one that may still be painting.
bool PreviewFeed::anyone_late(Instant now) const {
  return std::ranges::any_of(room_->watchers, [now](const auto& watcher) {
    return watcher->in_step && !watcher->ready && now - watcher->sent < kPatience;
  });
}

Instant PreviewFeed::advance(Instant now) {
  {
    const std::lock_guard lock(room_->mutex);
    if (room_->watchers.empty()) {
      encoder_.reset();
      memory_ = {};
      rgb_ = {};
      packet_ = {};
      has_key_ = false;
      quiet_until_ = {};
      return Instant::max();
    }
    const bool any_ready =
        std::ranges::any_of(room_->watchers, [](const auto& watcher) { return watcher->ready; });
    if (!any_ready) return Instant::max();  // on_text() wakes
    if (anyone_late(now)) return now + kEvery;
  }
  if (now < quiet_until_) return quiet_until_;
  const FrameRef frame = stage_.shown();
  if (!frame) return now + kEvery;
  return send(now, *frame);
}

Instant PreviewFeed::send(Instant now, const Frame& frame) {
  std::vector<std::shared_ptr<Watcher>> targets;
  const bool is_new = frame.sequence != sequence_ || !has_key_;
  const bool key_allowed = !has_key_ || now - last_key_ >= kKeyEvery;
  bool key = !has_key_;
  {
    const std::lock_guard lock(room_->mutex);
    for (const auto& watcher : room_->watchers) {
      if (!watcher->ready || !(watcher->in_step ? is_new : key_allowed)) continue;
      key = key || !watcher->in_step;
      targets.push_back(watcher);
    }
    if (targets.empty()) return now + kEvery;
    for (const auto& watcher : room_->watchers)
      if (!watcher->ready) watcher->in_step = false;
    // A key frame begins the stream anew for those too who have seen this picture.
    if (key)
      for (const auto& watcher : room_->watchers)
        if (watcher->ready && watcher->in_step && !is_new) targets.push_back(watcher);
  }
  const Instant started = clock_.now();
  const bool encoded = encode(frame, key);
  const Micros taken = clock_.now() - started;
  has_key_ = encoded;
  sequence_ = frame.sequence;
  if (encoded && key) last_key_ = now;
  if (!encoded) quiet_until_ = now + kRichPause;
  const std::lock_guard lock(room_->mutex);
  for (const auto& watcher : targets) {
    watcher->in_step = encoded;
    if (encoded) {
      watcher->ready = false;
      watcher->told_rich = false;
      watcher->sent = now;
      watcher->outbox->send_binary(
          std::string(reinterpret_cast<const char*>(packet_.data()), packet_size_));
    } else if (!std::exchange(watcher->told_rich, true)) {
      watcher->outbox->send_text(R"({"type":"snapshot"})");
    }
  }
  // At most a third of one core, however rich the picture.
  return encoded ? now + std::max<Micros>(kEvery, taken * 3) : quiet_until_;
}

// The encoder keeps its own copy of the rows that changed; the frame is held while it works.
bool PreviewFeed::encode(const Frame& frame, bool key) {
  const Canvas& canvas = frame.canvas;
  if (!encoder_ || size_ != canvas.size) {
    encoder_.reset();
    const p3x::EncoderOptions options = options_of(canvas.size, capacities_);
    const auto bytes = p3x::Encoder::memory_bytes(options);
    if (!bytes) return false;
    memory_.assign(static_cast<std::size_t>(*bytes / 8 + 1), 0);
    auto made = p3x::Encoder::make(
        options, {reinterpret_cast<std::uint8_t*>(memory_.data()), memory_.size() * 8});
    if (!made) return false;
    encoder_ = *made;
    size_ = canvas.size;
    packet_.resize(kMostBytes);
  }
  if (key) encoder_->request_key();
  const std::uint8_t* pixels = canvas.pixels;
  std::size_t stride = canvas.stride;
  if (canvas.format != PixelFormat::kRgb888) {
    rgb_.resize(canvas.size.pixels() * 3);
    to_rgb888(canvas, rgb_);
    pixels = rgb_.data();
    stride = canvas.size.width * std::size_t{3};
  }
  const auto encoded = encoder_->encode({pixels, size_, stride}, packet_);
  if (!encoded) return false;
  packet_size_ = encoded->size;
  return true;
}

}  // namespace p3a
