#include "device/engine/engine.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <thread>

#include "ports/fake/fake_clock.h"
#include "ports/fake/fake_decoders.h"
#include "ports/fake/fake_disk.h"
#include "ports/fake/fake_log.h"
#include "ports/fake/memory_panel.h"

namespace p3a {
namespace {

constexpr Rgb kRed{255, 0, 0};
constexpr Rgb kGreen{0, 255, 0};
constexpr Rgb kSplash{1, 2, 3};
constexpr std::size_t kUploadsAtOnce = 4;
constexpr const char* kRedStill = "FAKE png 8x4 ff0000/0";
constexpr const char* kGreenStill = "FAKE jpeg 8x4 00ff00/0";

class Machine {
 public:
  // With pictures on its disk before it starts.
  void start() {
    Config config;
    config.panel.width = 16;
    config.panel.height = 16;
    config.panel.refresh_hz = 0;
    config_ = config;
    engine = std::make_unique<Engine>(
        EnginePorts{clock, log, disk, decoders, panel}, std::make_shared<Config>(config),
        [](const Canvas& canvas, const View& view) { fill(canvas, kSplash, view.tone); },
        [](const PanelEvents&) {});
  }
  /// Puts a file through as an upload does; whether it was shown.
  bool upload(const std::string& path, const char* bytes) {
    auto prepared = engine->prepare(fake_file(bytes));
    EXPECT_TRUE(prepared);
    disk.put(path, bytes);
    std::promise<bool> shown;
    engine->show(std::move(*prepared), *StoragePath::parse(path),
                 [&](bool value) { shown.set_value(value); });
    return shown.get_future().get();
  }
  Config& config() { return config_; }

  FakeClock clock;
  FakeLog log;
  FakeDisk disk;
  FakeDecoders decoders;
  MemoryPanel panel;
  std::unique_ptr<Engine> engine;

 private:
  Config config_;
};

TEST(Engine, ShowsTheSplashThenAnUpload) {
  Machine machine;
  machine.start();
  machine.panel.wait_for_color(kSplash);
  EXPECT_TRUE(machine.upload("animations/td_live.png", kRedStill));
  EXPECT_EQ(machine.panel.colors().back(), kRed);
  const EngineStatus status = machine.engine->status();
  EXPECT_EQ(status.source, Source::kRotation);
  EXPECT_EQ(status.name, "td_live.png");
  EXPECT_EQ(status.format, "png");
  EXPECT_EQ(status.picture_size, (Size{8, 4}));
  EXPECT_FALSE(status.animated);
  // The folder is looked at when nobody waits for it any more.
  while (machine.engine->status().rotation_files != 1) std::this_thread::yield();
  EXPECT_TRUE(status.panel_error.empty());
  const FrameRef shown = machine.engine->shown();
  ASSERT_TRUE(shown);
  EXPECT_EQ(shown->canvas.row(15)[45], 255);
}

TEST(Engine, PlaysWhatLiesOnTheDiskAndFollowsNextAndBack) {
  Machine machine;
  machine.disk.put("animations/a.png", kRedStill);
  machine.disk.put("animations/b.jpg", kGreenStill);
  machine.start();
  machine.panel.wait_for_color(kRed);
  machine.engine->next();
  machine.panel.wait_for_color(kGreen);
  machine.engine->back();
  machine.panel.wait_for_color(kRed);
}

// An upload goes past the decode thread: what the picture before has under way must not follow it.
TEST(Engine, AnAnimationNeverComesBackAfterAnUpload) {
  Machine machine;
  machine.disk.put("animations/a.gif", "FAKE gif 8x4 ff0000/1 0000ff/1");
  machine.start();
  std::atomic<bool> stop = false;
  std::thread time([&] {
    while (!stop) {
      machine.clock.advance(1ms);
      std::this_thread::yield();
    }
  });
  for (int i = 0; i < 100; ++i) {
    machine.engine->next();  // back to the animation, now and then in the middle of the upload
    machine.panel.wait_for_color(i % 2 == 0 ? kRed : Rgb{0, 0, 255});
    EXPECT_TRUE(machine.upload("other/b.png", kGreenStill));
    EXPECT_EQ(machine.engine->status().name, "b.png");
  }
  stop = true;
  time.join();
}

TEST(Engine, ABadUploadLeavesThePanelAlone) {
  Machine machine;
  machine.disk.put("animations/a.png", kRedStill);
  machine.start();
  machine.panel.wait_for_color(kRed);
  const auto prepared = machine.engine->prepare(fake_file("FAKE png 8x4 bad"));
  ASSERT_FALSE(prepared);
  EXPECT_EQ(prepared.error().code, ErrorCode::kDecodeFailed);
  EXPECT_EQ(machine.panel.colors(), std::vector<Rgb>{kRed});
}

TEST(Engine, UploadsThatWaitForTheDiskDoNotStopAnAnimation) {
  Machine machine;
  machine.disk.put("animations/a.gif", "FAKE gif 8x4 ff0000/1 00ff00/1");
  machine.start();
  std::vector<PreparedPicture> waiting;
  for (std::size_t i = 0; i < kUploadsAtOnce; ++i) {
    auto prepared = machine.engine->prepare(fake_file(kRedStill));
    ASSERT_TRUE(prepared);
    waiting.push_back(std::move(*prepared));
  }
  const std::size_t before = machine.panel.colors().size();
  while (machine.panel.colors().size() < before + 10) {
    machine.clock.advance(1ms);
    std::this_thread::yield();
  }
}

TEST(Engine, MoreUploadsThanFramesAreTurnedAway) {
  Machine machine;
  machine.start();
  std::vector<PreparedPicture> waiting;
  ErrorCode refused = ErrorCode::kInternal;
  while (refused == ErrorCode::kInternal) {
    auto prepared = machine.engine->prepare(fake_file(kRedStill));
    if (prepared)
      waiting.push_back(std::move(*prepared));
    else
      refused = prepared.error().code;
  }
  EXPECT_EQ(refused, ErrorCode::kBusy);
  EXPECT_GE(waiting.size(), kUploadsAtOnce);
  waiting.pop_back();
  EXPECT_TRUE(machine.engine->prepare(fake_file(kRedStill)));
}

TEST(Engine, PausingIsInTheStatusAtOnceAndSettingsReachThePanel) {
  Machine machine;
  machine.disk.put("animations/a.png", kRedStill);
  machine.start();
  machine.panel.wait_for_color(kRed);
  machine.engine->set_paused(true);
  EXPECT_TRUE(machine.engine->status().paused);
  machine.config().panel.brightness = 0;
  machine.engine->reconfigure(std::make_shared<Config>(machine.config()));
  machine.panel.wait_for_color({0, 0, 0});
  EXPECT_TRUE(machine.engine->status().paused);  // only a change of player.paused changes it
}

TEST(Engine, SkippedFilesAreInTheStatus) {
  Machine machine;
  machine.disk.put("animations/bad.png", "rubbish");
  machine.disk.put("animations/good.png", kGreenStill);
  machine.start();
  machine.panel.wait_for_color(kGreen);
  const EngineStatus status = machine.engine->status();
  ASSERT_EQ(status.skipped.size(), 1u);
  EXPECT_EQ(status.skipped[0].name, "bad.png");
  EXPECT_EQ(status.skipped[0].reason.code, ErrorCode::kUnknownFormat);
}

TEST(Engine, AnUploadToAPanelThatFailsIsAnsweredHonestly) {
  Machine machine;
  machine.start();
  machine.panel.wait_for_color(kSplash);
  machine.panel.set_failing(true);
  EXPECT_FALSE(machine.upload("animations/a.png", kRedStill));
  EXPECT_FALSE(machine.engine->status().panel_error.empty());
}

TEST(Engine, StopsWhileEverythingIsUnderWay) {
  for (int round = 0; round < 20; ++round) {
    Machine machine;
    machine.disk.put("animations/a.gif", "FAKE gif 8x4 ff0000/1 00ff00/1");
    machine.start();
    std::atomic<int> answered = 0;
    for (int i = 0; i < 4; ++i) {
      auto prepared = machine.engine->prepare(fake_file(kRedStill));
      ASSERT_TRUE(prepared);
      machine.engine->show(std::move(*prepared), *StoragePath::parse("animations/b.png"),
                           [&](bool) { ++answered; });
      machine.engine->next();
    }
    machine.engine.reset();
    EXPECT_EQ(answered, 4);
  }
}

TEST(Engine, StoppedItTurnsUploadsAwayAndKeepsItsLastFrame) {
  Machine machine;
  machine.start();
  machine.panel.wait_for_color(kSplash);
  auto in_hand = machine.engine->prepare(fake_file(kRedStill));
  ASSERT_TRUE(in_hand);
  machine.engine->stop();
  std::promise<bool> shown;
  machine.engine->show(std::move(*in_hand), *StoragePath::parse("animations/a.png"),
                       [&](bool value) { shown.set_value(value); });
  EXPECT_FALSE(shown.get_future().get());
  const auto refused = machine.engine->prepare(fake_file(kRedStill));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kShuttingDown);
  EXPECT_TRUE(machine.engine->shown());
  machine.engine->next();
}

TEST(Engine, ManyCallersAtOnce) {
  Machine machine;
  machine.disk.put("animations/a.gif", "FAKE gif 8x4 ff0000/1 00ff00/1");
  machine.start();
  std::atomic<bool> stop = false;
  std::thread looker([&] {
    while (!stop) {
      if (const FrameRef frame = machine.engine->shown()) {
        const std::uint8_t* row = frame->canvas.row(15);
        EXPECT_EQ(row[0], row[45]);  // one colour from end to end
        EXPECT_EQ(row[1], row[46]);
      }
      EXPECT_LE(machine.engine->status().rotation_files, 3u);
      machine.clock.advance(1ms);
    }
  });
  std::thread presser([&] {
    for (int i = 0; i < 100; ++i) machine.engine->next();
  });
  for (int i = 0; i < 50; ++i)
    machine.upload(i % 2 == 0 ? "animations/x.png" : "animations/y.png",
                   i % 2 == 0 ? kRedStill : kGreenStill);
  presser.join();
  stop = true;
  looker.join();
}

}  // namespace
}  // namespace p3a
