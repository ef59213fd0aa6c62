// What is on the panel, as a P3X stream for those who watch the page: encoded once for all of them.
//
// A watcher says "ready" (any text) for each frame that it wants; the newest picture goes then. All
// who keep up share one stream; one that is late for kPatience is left behind and gets a key frame
// when it is ready again, so that it holds up nobody and nothing queues up. A picture that is too
// rich for kMostBytes is not sent: the watchers are told to look at /snapshot.png for a while. When
// nobody watches, nothing is done and no memory is held.
//
// advance(): one thread, the preview's own. Everything else: any thread, at once.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "core/codec/encoder.h"
#include "device/capacities.h"
#include "device/engine/stage.h"
#include "device/live/stream_hub.h"
#include "device/ports.h"

namespace p3a {

class PreviewFeed {
 public:
  static constexpr std::size_t kMostBytes = 48U << 10;  ///< of a frame
  static constexpr Micros kEvery = 33ms;                ///< looks at the panel that often at most
  static constexpr Micros kPatience = 250ms;
  static constexpr Micros kKeyEvery = 250ms;  ///< for watchers that come or were left behind
  static constexpr Micros kRichPause = 2s;    ///< until a picture that was too rich is tried again

  /// `wake`: advance() is to be called soon.
  PreviewFeed(Stage& stage, Clock& clock, std::function<void()> wake,
              const Capacities& capacities = {});
  PreviewFeed(const PreviewFeed&) = delete;
  ~PreviewFeed();
  /// What it takes while somebody watches a panel of that size and format; 0 where nobody may.
  static std::uint64_t bytes(Size panel, PixelFormat format, const Capacities& capacities);

  /// Error: kBusy.
  Result<std::unique_ptr<StreamClient>> connect(std::shared_ptr<StreamOutbox> outbox);

  /// Sends a picture if there is a new one and somebody is ready; returns when to look again.
  Instant advance(Instant now);

 private:
  struct Watcher {
    std::shared_ptr<StreamOutbox> outbox;
    bool ready = true;
    bool in_step = false;  // has every frame since the last key
    bool told_rich = false;
    Instant sent{};
  };
  class Client;
  struct Room;  // what clients hold on to

  bool anyone_late(Instant now) const;
  bool encode(const Frame& frame, bool key);
  Instant send(Instant now, const Frame& frame);

  Stage& stage_;
  Clock& clock_;
  const Capacities capacities_;
  std::shared_ptr<Room> room_;

  // The preview's thread only.
  Size size_;
  std::vector<std::uint64_t> memory_;
  std::optional<p3x::Encoder> encoder_;
  std::vector<std::uint8_t> rgb_;
  std::vector<std::uint8_t> packet_;
  std::size_t packet_size_ = 0;
  std::uint64_t sequence_ = 0;  // of the frame sent last
  Instant last_key_{};
  bool has_key_ = false;
  Instant quiet_until_{};
};

}  // namespace p3a
