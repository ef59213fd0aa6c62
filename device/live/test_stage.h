// A display without threads for the tests of this room: virtual time, a presenter of one place, and
// everything that is said to a client kept for the test to read.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/wire/frame_header.h"
#include "device/json.h"
#include "device/live/live.h"
#include "ports/fake/fake_clock.h"
#include "ports/fake/fake_decoders.h"
#include "ports/fake/fake_log.h"

namespace p3a {

inline constexpr Rgb kBlack{0, 0, 0};
inline constexpr Rgb kRed{255, 0, 0};
inline constexpr Rgb kGreen{0, 255, 0};
inline constexpr Rgb kBlue{0, 0, 255};

/// GET /network/stats' members.
inline std::string network_stats(const Live& live) {
  JsonWriter json;
  live.write_network_stats(json);
  return json.take();
}

/// Shows each frame when it is due; the newest takes the place of one that waits.
class FakeStage final : public Stage {
 public:
  struct Shown {
    Source source = Source::kSplash;
    Instant at;
    Rgb first;  ///< pixel 1,0: pixel 0,0 has the fake decoder's background
    Rgb last;   ///< the lower right pixel
    std::string name;
  };

  FakeStage(Clock& clock, Size panel) : clock_(clock), pool_(panel, PixelFormat::kRgb888, 6) {}

  void wake() override { woken = true; }
  FrameRef shown() const override { return shown_; }
  FrameRef acquire() override { return lend ? pool_.acquire() : FrameRef(); }
  void submit(Submission submission) override {
    const auto loser = std::exchange(waiting_, std::move(submission));
    if (loser && loser->done) loser->done(false);
  }
  void suspend_rotation(bool now_suspended) override { suspended = now_suspended; }

  std::optional<Instant> due() const {
    if (!waiting_) return std::nullopt;
    return std::max({waiting_->frame->present_at, not_before, clock_.now()});
  }
  void present() {
    const Submission shown_now = *std::exchange(waiting_, std::nullopt);
    const Canvas& canvas = shown_now.frame->canvas;
    const std::uint8_t* first = canvas.row(0) + 3;
    const std::uint8_t* last = canvas.row(canvas.size.height - 1) + (canvas.size.width - 1) * 3;
    frames.push_back({shown_now.frame->source,
                      clock_.now(),
                      {first[0], first[1], first[2]},
                      {last[0], last[1], last[2]},
                      shown_now.picture->name});
    shown_ = shown_now.frame;
    if (shown_now.done) shown_now.done(true);
  }
  /// A frame of the rotation, as the engine's own player would submit it.
  void show_rotation(Rgb color) {
    FrameRef frame = pool_.acquire();
    frame->source = Source::kRotation;
    fill(frame->canvas, color, {});
    submit({std::move(frame), std::make_shared<ShownPicture>(), {}});
    present();
  }
  void drop_shown() { shown_ = {}; }

  bool woken = false;
  bool suspended = false;
  bool lend = true;
  Instant not_before{};  ///< the panel's next refresh
  std::vector<Shown> frames;

 private:
  Clock& clock_;
  FramePool pool_;
  FrameRef shown_;
  std::optional<Submission> waiting_;
};

/// Knows the texts that a test uses, and no others.
class KnownMessages final : public PatchParser {
 public:
  Result<Patch> parse(std::string_view json) override {
    const auto found = known_.find(std::string(json));
    if (found == known_.end()) return fail(ErrorCode::kInvalidJson, "it is not JSON");
    return found->second;
  }
  std::string teach(const std::string& text, Patch patch) {
    known_[text] = std::move(patch);
    return text;
  }

 private:
  std::map<std::string, Patch> known_;
};

struct FakeOutbox final : StreamOutbox {
  void send_text(std::string json) override { texts.push_back(std::move(json)); }
  void send_binary(std::string bytes) override { binaries.push_back(std::move(bytes)); }
  void close(std::uint16_t code, std::string_view) override { closed = code; }
  /// How many messages contain the text.
  std::size_t count(std::string_view text) const {
    std::size_t found = 0;
    for (const std::string& message : texts) found += message.contains(text) ? 1u : 0u;
    return found;
  }
  const std::string& last(std::string_view type) const {
    static const std::string kNone;
    for (auto message = texts.rbegin(); message != texts.rend(); ++message)
      if (message->contains("\"type\":\"" + std::string(type) + "\"")) return *message;
    return kNone;
  }
  std::vector<std::string> texts;
  std::vector<std::string> binaries;
  std::uint16_t closed = 0;
};

/// A client with what it is told.
struct TestClient {
  std::shared_ptr<FakeOutbox> outbox;
  std::unique_ptr<StreamClient> client;

  void send(std::string_view bytes) {
    const ByteSpan buffer = client->buffer();
    ASSERT_GE(buffer.size(), bytes.size());
    std::copy(bytes.begin(), bytes.end(), buffer.begin());
    client->on_binary(bytes.size());
  }
};

/// "ff0000" as a JPEG that the fake decoders take.
inline std::string jpeg(std::string_view color) {
  return "\xFF\xD8\xFF"
         "FAKE jpeg 8x8 " +
         std::string(color) + "/0";
}

inline std::string with_header(FrameFormat format, const FrameExtension& extension,
                               std::string_view payload) {
  const auto header = FrameHeader::make(format, payload.size(), extension);
  std::string message(header->bytes().begin(), header->bytes().end());
  return message.append(payload);
}

class TestDisplay {
 public:
  static constexpr Size kPanel{8, 8};

  explicit TestDisplay(Config config = {}) : config_(std::move(config)) {
    config_.panel.width = kPanel.width;
    config_.panel.height = kPanel.height;
    config_.raw.max_bytes = 4096;
    messages.teach("acks", {{"type", std::string("hello")}, {"acks", true}});
    messages.teach("stats", {{"type", std::string("hello")}, {"stats", true}});
    messages.teach("touch", {{"type", std::string("hello")}, {"touch", true}});
    messages.teach("stalled", {{"type", std::string("hello")}, {"stalled", true}});
    messages.teach("going", {{"type", std::string("hello")}, {"stalled", false}});
    messages.teach("td", {{"type", std::string("hello")}, {"name", std::string("td")}});
    messages.teach("take", {{"type", std::string("take")}});
    messages.teach("release", {{"type", std::string("release")}});
    live =
        std::make_unique<Live>(LiveServices{clock, log, stage, decoders, messages, "0.1", "p3a-1"},
                               std::make_shared<Config>(config_));
    guest_ = live->guest();
    decoders.before_decode([this] {
      for (Micros spent{}; spent < decode_time; spent += 1ms) {
        clock.advance(1ms);
        if (meanwhile) meanwhile();
      }
    });
  }
  ~TestDisplay() {
    guest_->stage_stopped();
    stage.drop_shown();
  }

  /// Lets virtual time pass, and everything happen that is due in it.
  void run_for(Micros time) {
    const Instant end = clock.now() + time;
    for (int steps = 0;; ++steps) {
      if (steps > 100'000) return ADD_FAILURE() << "the decode thread is kept busy by nothing";
      stage.woken = false;
      const Instant due = guest_->advance(clock.now());
      const auto frame_due = stage.due();
      if (frame_due && *frame_due <= clock.now()) {
        stage.present();
        continue;
      }
      if (stage.woken || due <= clock.now()) continue;
      const Instant next = std::min(due, frame_due.value_or(Instant::max()));
      if (next > end) break;
      clock.advance(next - clock.now());
    }
    if (clock.now() < end) clock.advance(end - clock.now());
  }
  void run() { run_for(0us); }

  TestClient connect(const std::string& address = "192.0.2.7:1000") {
    TestClient made{std::make_shared<FakeOutbox>(), nullptr};
    auto client = live->connect(address, made.outbox);
    EXPECT_TRUE(client);
    if (client) made.client = std::move(*client);
    return made;
  }
  void configure(const std::function<void(Config&)>& change) {
    change(config_);
    live->reconfigure(std::make_shared<Config>(config_));
  }
  Rgb on_panel() const { return stage.frames.empty() ? kBlack : stage.frames.back().last; }
  StageGuest& guest() { return *guest_; }

  FakeClock clock;
  FakeLog log;
  FakeDecoders decoders;
  KnownMessages messages;
  FakeStage stage{clock, kPanel};
  Micros decode_time{};             ///< virtual time that each decode takes, in whole ms
  std::function<void()> meanwhile;  ///< what the network does, every ms of that
  std::unique_ptr<Live> live;

 private:
  Config config_;
  std::shared_ptr<StageGuest> guest_;
};

}  // namespace p3a
