// The live sources on a real engine, with all its threads: what ThreadSanitizer is run on.
#include <gtest/gtest.h>

#include <future>
#include <thread>

#include "device/engine/engine.h"
#include "device/live/test_stage.h"
#include "ports/fake/fake_disk.h"
#include "ports/fake/memory_panel.h"

namespace p3a {
namespace {

constexpr Rgb kSplash{1, 2, 3};

// Lets a test wait for a message; any thread.
class WaitingOutbox final : public StreamOutbox {
 public:
  void send_text(std::string json) override {
    const std::lock_guard lock(mutex_);
    texts_.push_back(std::move(json));
    changed_.notify_all();
  }
  void send_binary(std::string) override {}
  void close(std::uint16_t, std::string_view) override {}
  void wait_for(std::string_view text, std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] {
      return static_cast<std::size_t>(std::ranges::count_if(
                 texts_, [&](const std::string& one) { return one.contains(text); })) >= count;
    });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> texts_;
};

class Machine {
 public:
  Machine() {
    config_.panel.width = 8;
    config_.panel.height = 8;
    config_.panel.refresh_hz = 0;
    messages_.teach("acks", {{"type", std::string("hello")}, {"acks", true}});
    disk.put("animations/a.png", "FAKE png 8x4 0000ff/0");
    const auto config = std::make_shared<Config>(config_);
    engine = std::make_unique<Engine>(
        EnginePorts{clock, log, disk, decoders, panel}, config,
        [](const Canvas& canvas, const View& view) { fill(canvas, kSplash, view.tone); },
        [](const PanelEvents&) {});
    live = std::make_unique<Live>(
        LiveServices{clock, log, *engine, decoders, messages_, "0.1", "p3a-1"}, config);
    engine->attach(live->guest());
    panel.wait_for_color(kBlue);
    while (!engine->shown()) std::this_thread::yield();  // the presenter notes it right after
  }
  ~Machine() { engine.reset(); }

  std::unique_ptr<StreamClient> connect(const std::shared_ptr<StreamOutbox>& outbox) {
    auto client = live->connect("192.0.2.7:1", outbox);
    EXPECT_TRUE(client);
    (*client)->on_text("acks");
    return std::move(*client);
  }
  static void send(StreamClient& client, const std::string& bytes) {
    std::ranges::copy(bytes, client.buffer().begin());
    client.on_binary(bytes.size());
  }

  FakeClock clock;
  FakeLog log;
  FakeDisk disk;
  FakeDecoders decoders;
  MemoryPanel panel;
  std::unique_ptr<Engine> engine;
  std::unique_ptr<Live> live;

 private:
  Config config_;
  KnownMessages messages_;
};

TEST(LiveEngine, AStreamTakesThePanelAndTheRotationComesBackWithoutADecode) {
  Machine machine;
  const auto outbox = std::make_shared<WaitingOutbox>();
  auto client = machine.connect(outbox);
  Machine::send(*client, jpeg("ff0000"));
  outbox->wait_for("presented_us", 1);
  EXPECT_EQ(machine.engine->status().source, Source::kStream);
  const std::size_t decoded = machine.decoders.decoded();
  client.reset();
  machine.panel.wait_for_color(kBlue);
  EXPECT_EQ(machine.decoders.decoded(), decoded);
  EXPECT_EQ(machine.panel.colors(), (std::vector<Rgb>{kBlue, kRed, kBlue}));  // never black
}

TEST(LiveEngine, AnUploadDuringAStreamIsShownAfterIt) {
  Machine machine;
  auto client = machine.connect(std::make_shared<WaitingOutbox>());
  Machine::send(*client, jpeg("ff0000"));
  machine.panel.wait_for_color(kRed);
  auto prepared = machine.engine->prepare(fake_file("FAKE png 8x4 00ff00/0"));
  ASSERT_TRUE(prepared);
  machine.disk.put("animations/b.png", "FAKE png 8x4 00ff00/0");
  std::promise<bool> shown;
  machine.engine->show(std::move(*prepared), *StoragePath::parse("animations/b.png"),
                       [&](bool value) { shown.set_value(value); });
  EXPECT_FALSE(shown.get_future().get());
  client.reset();
  machine.panel.wait_for_color(kGreen);
}

TEST(LiveEngine, EveryFrameIsAnsweredOnceHoweverManyThreadsAreAtIt) {
  Machine machine;
  const auto outbox = std::make_shared<WaitingOutbox>();
  auto client = machine.connect(outbox);
  std::jthread watcher([&](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      EXPECT_FALSE(machine.live->source_json().empty());
      EXPECT_FALSE(network_stats(*machine.live).empty());
      EXPECT_TRUE(machine.engine->shown());
      machine.engine->next();
    }
  });
  for (int i = 0; i < 2000; ++i) Machine::send(*client, jpeg(i % 2 == 0 ? "ff0000" : "00ff00"));
  outbox->wait_for("\"ack\"", 2000);
  watcher.request_stop();
  watcher.join();
  client.reset();
  machine.panel.wait_for_color(kBlue);
}

TEST(LiveEngine, StopsInTheMiddleOfAStream) {
  Machine machine;
  auto client = machine.connect(std::make_shared<WaitingOutbox>());
  for (int i = 0; i < 100; ++i) Machine::send(*client, jpeg("ff0000"));
  machine.engine.reset();
  Machine::send(*client, jpeg("ff0000"));
  machine.live.reset();
  client.reset();
}

}  // namespace
}  // namespace p3a
