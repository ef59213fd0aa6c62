// What the threads of the live sources share: the network thread brings frames and control texts,
// the decode thread takes the newest frame and makes a picture of it, the presenting thread says
// what was seen.
//
// One mutex guards all of it but for what stands under "decode thread only". Nothing is decoded and
// nothing is submitted with the mutex held; outboxes are called with it, they return at once.
// live.h is the door; the work stands in live_state.cc (network), live_decode.cc (decode and
// presenting thread) and live_report.cc (what is told).
#pragma once

#include <array>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core/queue/frame_queue.h"
#include "device/capacities.h"
#include "device/engine/stage.h"
#include "device/json.h"
#include "device/live/arbiter.h"
#include "device/live/frame_maker.h"
#include "device/live/p3x_show.h"
#include "device/live/raw_show.h"
#include "device/live/stream_entry.h"

namespace p3a {

struct LiveServices {
  Clock& clock;
  Log& log;
  Stage& stage;
  Decoders& decoders;
  PatchParser& parser;
  std::string version;  ///< of the program
  std::string id;       ///< of the display, the same for as long as it lives
  Capacities capacities = {};
};

struct RawCounts {
  std::uint64_t received = 0;
  std::uint64_t bytes = 0;
  std::uint64_t shown = 0;
  std::uint64_t refused = 0;
  std::optional<Error> last_error;
};

/// What is counted about all live sources together.
struct LiveFigures {
  StreamFigures streams;
  std::size_t clients = 0;
  std::uint64_t connections = 0;  ///< since the start
  RawCounts raw;
};

class LiveState final : public StageGuest, public RawSink {
 public:
  static constexpr Micros kFarAhead = 2s;     ///< a presentation time beyond is a mistaken clock
  static constexpr Micros kLead = 20ms;       ///< a frame is decoded so long before its time
  static constexpr Micros kRetryFrame = 2ms;  ///< when every frame is lent
  static constexpr Micros kAskEvery = 1s;     ///< for a key; also the rhythm of stats

  LiveState(LiveServices services, std::shared_ptr<const Config> config);

  /// What the buffers take that it keeps: of streams, and of raw pictures.
  static std::size_t stream_bytes(const Config& config, const Capacities& capacities);
  static std::size_t raw_bytes(const Config& config, const Capacities& capacities);

  // The network thread, but for reconfigure(), close_all(): any.
  Result<StreamId> connect(std::string address, std::shared_ptr<StreamOutbox> outbox);
  void disconnect(StreamId id);
  ByteSpan buffer(StreamId id);
  void on_binary(StreamId id, std::size_t size);
  void on_oversize(StreamId id);
  void on_text(StreamId id, std::string_view text);
  void reconfigure(std::shared_ptr<const Config> config);
  /// No stream is taken any more, and those that are there are told to come back later.
  void close_all();
  Status take(StreamId id);
  void release_owner();
  void release_all();
  void touch(const TouchEvent& upright);
  void show_raw(RawPicture picture) override;
  void raw_refused(const std::string& client, const Error& error) override;

  // What is told (live_report.cc). Any thread.
  std::string source_json() const;
  std::string stream_json() const;
  void write_network_stats(JsonWriter& json);
  LiveFigures figures();

  // The decode thread.
  Instant advance(Instant now) override;
  void rotation_asked(Instant now) override;
  void stage_stopped() override;

  std::size_t buffer_bytes() const { return buffers_.bytes(); }
  const std::shared_ptr<RawBuffers>& raw_buffers() const { return raw_buffers_; }
  std::shared_ptr<const Config> config() const;
  Size upright() const;
  Clock& clock() { return services_.clock; }

 private:
  // A frame that waits or is being decoded: one for each buffer.
  struct Received {
    StreamId client = 0;
    FrameLabel label;
    FrameMessage message;
    QueuedFrame queued;
    Instant received;
  };
  // A frame that the presenter has.
  struct InFlight {
    std::uint64_t ticket = 0;  // 0: free
    StreamId client = 0;
    FrameLabel label;
    StageTimes times;
    Instant present_at;
  };
  // live_state.cc
  StreamEntry* find(StreamId id);
  const StreamEntry* find(StreamId id) const;
  FrameLimits limits() const;
  std::uint32_t queue_depth() const;
  bool takes_mixed() const;
  Result<QueuedFrame> check(const FrameMessage& message) const;
  void accept(StreamEntry& entry, std::uint32_t slot, Instant now);
  void refuse(StreamEntry& entry, const FrameLabel& label, const Error& error, Instant received);
  void heard(const StreamEntry& entry, Instant now);
  void obey(StreamEntry& entry, const ClientMessage& message, Instant now);
  void drop(const Received& frame, Drop why, Instant decoded = {});
  void drop(const FrameQueue::Losses& lost);
  void drop_waiting(Drop why);
  void count_drop(StreamId client, const FrameLabel& label, const FrameTimes& times, Drop why);
  /// False: the client had enough of them for the moment.
  bool tell_error(StreamEntry& entry, const Error& error, const FrameLabel* frame);
  void sync_owner();
  void ask_for_key(Instant now);
  void rules_changed(Instant now);

  // live_decode.cc
  void apply_owner(const Arbiter::Owner& owner);
  bool decode_stream(Instant now);
  std::optional<std::uint32_t> pop(Instant now);
  void finish_decode(const Received& received, FrameRef frame, StageTimes times,
                     const Result<Size>& drawn);
  void decode_failed(const Received& received, const Error& error, Instant now);
  Result<Size> draw(const Received& received, Frame& frame);
  std::uint64_t add_in_flight(const Received& received, const StageTimes& times);
  void presented(std::uint64_t ticket, bool shown);
  std::shared_ptr<const ShownPicture> label_of(const Received& received, Size size);
  bool decode_raw(Instant now);
  void tick(Instant now);
  Instant next_work(Instant now) const;
  Instant decodable_until(Instant now) const;

  // live_report.cc
  void send_hello(StreamEntry& entry);
  void tell_source();
  void send_stats(StreamEntry& entry, Instant now);
  Source on_panel() const;

  LiveServices services_;
  const std::shared_ptr<RawBuffers> raw_buffers_;

  mutable std::mutex mutex_;
  std::shared_ptr<const Config> config_;
  bool closing_ = false;  // no new streams
  bool stopped_ = false;  // the stage is gone
  Buffers buffers_;
  std::vector<Received> received_;  // one for each buffer
  FrameQueue queue_;
  Arbiter arbiter_;
  Arbiter::Owner owner_;  // as it was told last
  std::string owner_name_;
  std::vector<std::unique_ptr<StreamEntry>> entries_;
  StreamId last_id_ = 0;
  StreamStats total_;
  std::uint64_t connections_ = 0;
  Peers peers_;
  RawCounts raw_counts_;
  std::string_view key_reason_;  // why a key is wanted; empty while none is
  std::string_view tear_reason_ = "started";
  Instant ask_again_ = Instant::max();
  std::array<InFlight, 8> in_flight_{};
  std::uint64_t ticket_ = 0;
  Instant last_due_{};  // the presentation time of what was shown last
  std::deque<RawPicture> raw_waiting_;
  bool view_changed_ = true;

  // The decode thread only.
  FrameMaker maker_;
  RawShow raw_;
  P3xShow p3x_;
  Arbiter::Owner applied_;
  Instant retry_at_{};  // not before this, when every frame was lent
  FrameRef base_;       // composed last for the stream that owns the panel
  std::shared_ptr<const ShownPicture> label_;
};

}  // namespace p3a
