#include "device/engine/player.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "ports/fake/fake_clock.h"
#include "ports/fake/fake_decoders.h"
#include "ports/fake/fake_disk.h"
#include "ports/fake/fake_log.h"

namespace p3a {
namespace {

constexpr Rgb kRed{255, 0, 0};
constexpr Rgb kGreen{0, 255, 0};
constexpr Rgb kBlue{0, 0, 255};
constexpr Rgb kSplash{1, 2, 3};
constexpr const char* kRedStill = "FAKE png 8x4 ff0000/0";
constexpr const char* kGreenStill = "FAKE png 8x4 00ff00/0";
constexpr const char* kBlueStill = "FAKE webp 6x6 0000ff/0";

struct Shown {
  Rgb color;
  Rgb background;
  Instant due;
  Instant at;
  std::string name;
};

// A player with a panel that shows every frame when it is due.
class Stage {
 public:
  explicit Stage(Config config = {}) : config_(config) { make_player(); }

  // Lets virtual time pass, and everything happen that is due in it.
  void run_for(Micros time) {
    const Instant end = clock.now() + time;
    while (true) {
      const Instant player_due = player->advance(clock.now());
      const Instant frame_due =
          waiting_ ? std::max(waiting_->frame->present_at, clock.now()) : Instant::max();
      if (frame_due <= clock.now()) {
        show();
        continue;
      }
      const Instant next = std::min(player_due, frame_due);
      if (next > end) break;
      EXPECT_LT(++steps_, 100000) << "the player keeps the thread busy";
      if (next > clock.now()) clock.advance(next - clock.now());
    }
    if (clock.now() < end) clock.advance(end - clock.now());
  }

  Config& config() { return config_; }
  void reconfigure() { player->reconfigure(std::make_shared<Config>(config_)); }
  void show_upload(const std::string& path, const char* bytes) {
    disk.put(path, bytes);
    FrameRef frame = pool.acquire();
    auto picture = decoders.open(fake_file(bytes), {});
    const auto timing = (*picture)->next(view_of(config_), frame->canvas);
    player->show(
        {std::move(*picture), std::move(frame), *timing}, *StoragePath::parse(path),
        [this](bool happened) { upload_shown = happened; }, clock.now());
  }
  Rgb on_panel() const { return shown.empty() ? Rgb{} : shown.back().color; }
  std::vector<std::string> names() const {
    std::vector<std::string> list;
    for (const Shown& frame : shown) list.push_back(frame.name);
    return list;
  }
  PlayerStatus status() {
    if (auto changed = player->changed_status()) status_ = *changed;
    return status_;
  }

  FakeClock clock;
  FakeLog log;
  FakeDisk disk;
  FakeDecoders decoders;
  FramePool pool{{4, 2}, PixelFormat::kRgb888, 5};
  FrameRef on_panel_frame;
  std::vector<Shown> shown;
  std::optional<bool> upload_shown;
  std::unique_ptr<Player> player;

 private:
  void make_player() {
    const auto splash = [](const Canvas& canvas, const View& view) {
      fill(canvas, kSplash, view.tone);
    };
    const auto submit = [this](std::uint64_t ticket, Submission submission) {
      if (waiting_) {
        if (waiting_->done) waiting_->done(false);
        player->frame_done(ticket_, clock.now());
      }
      waiting_ = std::move(submission);
      ticket_ = ticket;
    };
    player = std::make_unique<Player>(PlayerPorts{log, disk, decoders, pool, splash, submit},
                                      std::make_shared<Config>(config_), 1);
  }
  void show() {
    const Submission frame = *std::exchange(waiting_, std::nullopt);
    const Canvas& canvas = frame.frame->canvas;
    const std::uint8_t* corner = canvas.row(0);
    const std::uint8_t* pixel = canvas.row(1) + 9;
    shown.push_back({{pixel[0], pixel[1], pixel[2]},
                     {corner[0], corner[1], corner[2]},
                     frame.frame->present_at,
                     clock.now(),
                     frame.picture->name});
    on_panel_frame = frame.frame;
    if (frame.done) frame.done(true);
    player->frame_done(ticket_, clock.now());
  }

  Config config_;
  std::optional<Submission> waiting_;
  std::uint64_t ticket_ = 0;
  int steps_ = 0;
  PlayerStatus status_;
};

TEST(Player, EmptyFolderShowsTheSplashOnce) {
  Stage stage;
  stage.run_for(60s);
  ASSERT_EQ(stage.shown.size(), 1u);
  EXPECT_EQ(stage.on_panel(), kSplash);
  EXPECT_EQ(stage.status().rotation_files, 0u);
}

TEST(Player, StartsWithTheFirstPictureWithoutASplash) {
  Stage stage;
  stage.disk.put("animations/a.png", kRedStill);
  stage.run_for(1s);
  EXPECT_EQ(stage.names(), std::vector<std::string>{"a.png"});
  EXPECT_EQ(stage.on_panel(), kRed);
}

TEST(Player, EveryStillStaysForItsDwell) {
  Stage stage;
  stage.disk.put("animations/a.png", kRedStill);
  stage.disk.put("animations/b.png", kGreenStill);
  stage.disk.put("animations/c.webp", kBlueStill);
  stage.run_for(95s);
  EXPECT_EQ(stage.names(), (std::vector<std::string>{"a.png", "b.png", "c.webp", "a.png"}));
  EXPECT_EQ(stage.shown[1].at - stage.shown[0].at, 30s);
  EXPECT_EQ(stage.shown[3].at - stage.shown[2].at, 30s);
  EXPECT_EQ(stage.decoders.opened(), 4u);
}

TEST(Player, DwellZeroStaysUntilAsked) {
  Config config;
  config.player.dwell_s = 0;
  Stage stage(config);
  stage.disk.put("animations/a.png", kRedStill);
  stage.disk.put("animations/b.png", kGreenStill);
  stage.run_for(3600s);
  EXPECT_EQ(stage.names(), std::vector<std::string>{"a.png"});
  stage.player->step(Player::Direction::kForward, stage.clock.now());
  stage.run_for(1s);
  EXPECT_EQ(stage.on_panel(), kGreen);
  stage.player->step(Player::Direction::kBack, stage.clock.now());
  stage.run_for(1s);
  EXPECT_EQ(stage.on_panel(), kRed);
}

TEST(Player, ASinglePictureIsDecodedOnce) {
  Stage stage;
  stage.disk.put("animations/a.png", kRedStill);
  stage.run_for(600s);
  EXPECT_EQ(stage.decoders.decoded(), 1u);
  EXPECT_EQ(stage.shown.size(), 1u);
}

TEST(Player, AnAnimationKeepsItsOwnTimeWithoutDrift) {
  Stage stage;
  stage.disk.put("animations/a.gif", "FAKE gif 8x4 ff0000/33 00ff00/50 0000ff/17");
  stage.run_for(10s);
  ASSERT_EQ(stage.shown.size(), 301u);
  EXPECT_EQ(stage.shown[0].color, kRed);
  EXPECT_EQ(stage.shown[1].color, kGreen);
  EXPECT_EQ(stage.shown[2].color, kBlue);
  EXPECT_EQ(stage.shown[1].at - stage.shown[0].at, 33ms);
  EXPECT_EQ(stage.shown[2].at - stage.shown[1].at, 50ms);
  EXPECT_EQ(stage.shown[3].at - stage.shown[2].at, 17ms);
  EXPECT_EQ(stage.shown[300].at - stage.shown[0].at, 10s);
  EXPECT_EQ(stage.decoders.opened(), 1u);
}

TEST(Player, AFrameWithoutDelayGetsATenthOfASecond) {
  Stage stage;
  stage.disk.put("animations/a.gif", "FAKE gif 8x4 ff0000/0 00ff00/0");
  stage.run_for(1s);
  EXPECT_EQ(stage.shown.size(), 11u);
}

TEST(Player, SmallDelaysAreCaughtUpAndAPauseOfTheMachineIsNot) {
  Stage stage;
  stage.disk.put("animations/a.gif", "FAKE gif 8x4 ff0000/50 00ff00/50");
  stage.run_for(1s);
  const std::size_t before = stage.shown.size();
  stage.clock.advance(150ms);  // less than what counts as a stall: three frames late, all are shown
  stage.run_for(1s);
  EXPECT_EQ(stage.shown.size(), before + 23);
  const std::size_t later = stage.shown.size();
  stage.clock.advance(10s);
  stage.run_for(1s);
  EXPECT_LE(stage.shown.size(), later + 22);
  EXPECT_GE(stage.shown.size(), later + 20);
}

TEST(Player, AnAnimationPlaysToItsEndBeforeTheNextPicture) {
  Stage stage;
  stage.disk.put("animations/a.gif", "FAKE gif 8x4 ff0000/7000 00ff00/4000");
  stage.disk.put("animations/b.png", kBlueStill);
  stage.run_for(34s);
  ASSERT_EQ(stage.shown.size(), 7u);  // three loops of 11 seconds
  EXPECT_EQ(stage.shown[6].name, "b.png");
  EXPECT_EQ(stage.shown[6].at - stage.shown[0].at, 33s);
  EXPECT_EQ(stage.shown[5].color, kGreen);
}

TEST(Player, PausedEverythingStandsStillAndGoesOnAfterwards) {
  Stage stage;
  stage.disk.put("animations/a.gif", "FAKE gif 8x4 ff0000/100 00ff00/100");
  stage.disk.put("animations/b.png", kBlueStill);
  stage.run_for(1050ms);
  const std::size_t before = stage.shown.size();
  stage.player->set_paused(true, stage.clock.now());
  stage.run_for(600s);
  EXPECT_EQ(stage.shown.size(), before);
  stage.player->set_paused(false, stage.clock.now());
  stage.run_for(1s);
  EXPECT_EQ(stage.shown.size(), before + 10);
}

TEST(Player, PausedTheNextPictureCanStillBeAskedForAndStandsStill) {
  Config config;
  config.player.paused = true;
  Stage stage(config);
  stage.disk.put("animations/a.png", kRedStill);
  stage.disk.put("animations/b.gif", "FAKE gif 8x4 00ff00/100 0000ff/100");
  stage.run_for(60s);
  EXPECT_EQ(stage.names(), std::vector<std::string>{"a.png"});
  stage.player->step(Player::Direction::kForward, stage.clock.now());
  stage.run_for(60s);
  EXPECT_EQ(stage.shown.size(), 2u);
  EXPECT_EQ(stage.on_panel(), kGreen);
}

TEST(Player, ACorruptFileIsPassedOverAndNamedOnce) {
  Stage stage;
  stage.disk.put("animations/a.png", kRedStill);
  stage.disk.put("animations/b.png", "FAKE png 8x4 bad");
  stage.disk.put("animations/c.png", kGreenStill);
  stage.run_for(200s);
  EXPECT_EQ(stage.names()[1], "c.png");
  EXPECT_EQ(stage.names()[2], "a.png");
  EXPECT_EQ(stage.log.count("b.png"), 1u);
  ASSERT_EQ(stage.status().skipped.size(), 1u);
  EXPECT_EQ(stage.status().skipped[0].name, "b.png");
  EXPECT_TRUE(stage.disk.contents("animations/b.png"));

  stage.disk.put("animations/b.png", kBlueStill);
  stage.run_for(90s);
  EXPECT_TRUE(stage.status().skipped.empty());
  const auto names = stage.names();
  EXPECT_EQ(std::ranges::count(names, "b.png"), 1);
}

TEST(Player, OnlyCorruptFilesShowTheSplashAndAreLeftAlone) {
  Stage stage;
  for (const char* name : {"animations/a.png", "animations/b.png", "animations/c.png"})
    stage.disk.put(name, "not a picture");
  stage.run_for(600s);
  ASSERT_EQ(stage.shown.size(), 1u);
  EXPECT_EQ(stage.on_panel(), kSplash);
  EXPECT_EQ(stage.decoders.opened(), 3u);
  EXPECT_EQ(stage.status().skipped.size(), 3u);
  EXPECT_EQ(stage.status().rotation_files, 3u);
}

TEST(Player, TheSplashGivesWayToAFileCopiedIn) {
  Stage stage;
  stage.run_for(60s);
  stage.disk.put("animations/a.png", kRedStill);
  stage.run_for(5s);
  EXPECT_EQ(stage.on_panel(), kRed);
}

TEST(Player, AFileCopiedInNextToASinglePictureIsShownOnceItsDwellIsOver) {
  Stage stage;
  stage.disk.put("animations/a.png", kRedStill);
  stage.run_for(60s);
  stage.disk.put("animations/b.png", kGreenStill);
  stage.run_for(5s);
  EXPECT_EQ(stage.on_panel(), kGreen);
}

TEST(Player, APictureReplacedByHandIsShownAnewAndABadOneIsNot) {
  Stage stage;
  stage.disk.put("animations/a.png", kRedStill);
  stage.run_for(60s);
  stage.disk.put("animations/a.png", "FAKE png 8x4 half of a fi");
  stage.run_for(60s);
  EXPECT_EQ(stage.on_panel(), kRed);
  EXPECT_EQ(stage.log.count("a.png"), 1u);
  stage.disk.put("animations/a.png", kGreenStill);
  stage.run_for(5s);
  EXPECT_EQ(stage.on_panel(), kGreen);
}

TEST(Player, AFileRemovedByHandLeavesTheRotation) {
  Stage stage;
  stage.disk.put("animations/a.png", kRedStill);
  stage.disk.put("animations/b.png", kGreenStill);
  stage.run_for(1s);
  ASSERT_TRUE(stage.disk.remove(*StoragePath::parse("animations/b.png")));
  stage.run_for(60s);
  EXPECT_EQ(stage.names(), std::vector<std::string>{"a.png"});
  ASSERT_TRUE(stage.disk.remove(*StoragePath::parse("animations/a.png")));
  stage.run_for(6s);
  EXPECT_EQ(stage.on_panel(), kSplash);
}

TEST(Player, AnAnimationThatBreaksOffMakesWayAndTheLastGoodFrameStaysUntilThen) {
  Stage stage;
  stage.disk.put("animations/a.gif", "FAKE gif 8x4 ff0000/100 00ff00/100 bad");
  stage.run_for(60s);
  EXPECT_EQ(stage.on_panel(), kGreen);
  EXPECT_EQ(stage.shown.size(), 2u);
  EXPECT_EQ(stage.log.count("a.gif"), 1u);
  stage.disk.put("animations/b.png", kBlueStill);
  stage.run_for(60s);
  EXPECT_EQ(stage.on_panel(), kBlue);
  EXPECT_EQ(stage.shown.size(), 3u);
}

TEST(Player, ASlowFileIsNamedOnceAndTriedEveryRound) {
  Stage stage;
  stage.disk.put("animations/a.png", kRedStill);
  stage.disk.put("animations/b.png", "FAKE png 8x4 slow");
  stage.run_for(151s);
  EXPECT_EQ(stage.shown.size(), 1u);
  EXPECT_EQ(stage.decoders.opened(), 6u);
  EXPECT_EQ(stage.log.count("b.png"), 1u);
}

TEST(Player, AnUploadIsShownAtOnceAndTheRotationGoesOnBehindIt) {
  Stage stage;
  stage.disk.put("animations/a.gif", "FAKE gif 8x4 ff0000/100 00ff00/100");
  stage.disk.put("animations/z.png", kGreenStill);
  stage.run_for(1030ms);
  const Instant at = stage.clock.now();
  stage.show_upload("animations/td_live.webp", kBlueStill);
  stage.run_for(29s);
  EXPECT_EQ(stage.upload_shown, true);
  EXPECT_EQ(stage.on_panel(), kBlue);
  EXPECT_EQ(stage.shown.back().at, at);
  EXPECT_EQ(stage.status().rotation_files, 3u);
  stage.run_for(2s);
  EXPECT_EQ(stage.names().back(), "z.png");
  stage.player->step(Player::Direction::kBack, stage.clock.now());
  stage.run_for(1s);
  EXPECT_EQ(stage.names().back(), "td_live.webp");
}

TEST(Player, AnUploadOutsideTheRotationStaysWhileTheRotationIsEmpty) {
  Stage stage;
  stage.show_upload("live/x.png", kRedStill);
  stage.run_for(600s);
  EXPECT_EQ(stage.on_panel(), kRed);
  stage.disk.put("animations/a.png", kGreenStill);
  stage.run_for(6s);
  EXPECT_EQ(stage.on_panel(), kGreen);
}

TEST(Player, OfTwoUploadsTheLastIsOnThePanel) {
  Stage stage;
  stage.run_for(1s);
  stage.show_upload("animations/a.png", kRedStill);
  stage.show_upload("animations/b.png", kGreenStill);
  EXPECT_EQ(stage.upload_shown, false);
  stage.run_for(1s);
  EXPECT_EQ(stage.upload_shown, true);
  EXPECT_EQ(stage.on_panel(), kGreen);
}

TEST(Player, NewSettingsComposeWhatIsShownAnew) {
  Stage stage;
  stage.disk.put("animations/a.png", kRedStill);
  stage.run_for(10s);
  stage.config().picture.background = {9, 9, 9};
  stage.reconfigure();
  stage.run_for(1s);
  ASSERT_EQ(stage.shown.size(), 2u);
  EXPECT_EQ(stage.shown[1].color, kRed);
  EXPECT_EQ(stage.shown[1].background, (Rgb{9, 9, 9}));
  stage.config().player.dwell_s = 5;
  stage.reconfigure();
  stage.run_for(1s);
  EXPECT_EQ(stage.shown.size(), 2u);
}

TEST(Player, NewSettingsReachAnAnimationAndTheSplash) {
  Stage stage;
  stage.run_for(1s);
  stage.config().panel.brightness = 0;
  stage.reconfigure();
  stage.run_for(1s);
  EXPECT_EQ(stage.on_panel(), (Rgb{0, 0, 0}));
  stage.disk.put("animations/a.gif", "FAKE gif 8x4 ff0000/5000 00ff00/5000");
  stage.run_for(5s);
  const std::size_t before = stage.shown.size();
  stage.config().panel.brightness = 100;
  stage.reconfigure();
  stage.run_for(1ms);
  ASSERT_EQ(stage.shown.size(), before + 1);
  EXPECT_NE(stage.on_panel(), (Rgb{0, 0, 0}));
}

TEST(Player, WaitsWhenEveryFrameIsLent) {
  Stage stage;
  stage.disk.put("animations/a.png", kRedStill);
  std::vector<FrameRef> lent;
  while (FrameRef frame = stage.pool.acquire()) lent.push_back(frame);
  stage.run_for(1s);
  EXPECT_TRUE(stage.shown.empty());
  lent.clear();
  stage.run_for(Player::kRetryFrame);
  EXPECT_EQ(stage.on_panel(), kRed);
}

TEST(Player, AFolderThatCannotBeReadKeepsThePictureAndIsSaidOnce) {
  Stage stage;
  stage.disk.put("animations/a.png", kRedStill);
  stage.disk.put("animations/b.png", kGreenStill);
  stage.run_for(1s);
  stage.disk.fail_from(stage.disk.call_count() + 1, ErrorCode::kStorageUnavailable);
  stage.run_for(100s);
  EXPECT_EQ(stage.on_panel(), kRed);
  EXPECT_EQ(stage.log.count("folder of pictures"), 1u);
  stage.disk.heal();
  stage.run_for(40s);
  EXPECT_EQ(stage.on_panel(), kGreen);
  EXPECT_EQ(stage.log.count("readable again"), 1u);
}

TEST(Player, WhileSomebodyElseHasThePanelNothingIsDecodedAndItsPictureComesBackAtOnce) {
  Stage stage;
  stage.disk.put("animations/a.png", kRedStill);
  stage.disk.put("animations/b.png", kGreenStill);
  stage.run_for(1s);
  const std::size_t shown = stage.shown.size();
  const std::size_t decoded = stage.decoders.decoded();
  stage.player->suspend(stage.on_panel_frame);
  stage.run_for(300s);
  EXPECT_EQ(stage.shown.size(), shown);
  EXPECT_EQ(stage.decoders.decoded(), decoded);
  stage.player->resume(stage.clock.now());
  stage.run_for(0s);
  ASSERT_EQ(stage.shown.size(), shown + 1);
  EXPECT_EQ(stage.on_panel(), kRed);
  EXPECT_EQ(stage.decoders.decoded(), decoded);
  stage.run_for(29s);
  EXPECT_EQ(stage.on_panel(), kRed);  // it has its whole time again
  stage.run_for(2s);
  EXPECT_EQ(stage.on_panel(), kGreen);
}

TEST(Player, AnUploadMeanwhileIsNotShownButIsThereAfterwards) {
  Stage stage;
  stage.disk.put("animations/a.png", kRedStill);
  stage.run_for(1s);
  stage.player->suspend(stage.on_panel_frame);
  stage.show_upload("animations/b.png", kGreenStill);
  stage.run_for(1s);
  EXPECT_EQ(stage.upload_shown, false);
  EXPECT_EQ(stage.on_panel(), kRed);
  EXPECT_EQ(stage.status().rotation_files, 2u);
  stage.player->resume(stage.clock.now());
  stage.run_for(1s);
  EXPECT_EQ(stage.on_panel(), kGreen);
}

TEST(Player, AfterATurnOfThePanelMeanwhileThePictureIsComposedAnew) {
  Stage stage;
  stage.disk.put("animations/a.png", kRedStill);
  stage.run_for(1s);
  stage.player->suspend(stage.on_panel_frame);
  stage.config().picture.background = kBlue;
  stage.reconfigure();
  stage.player->resume(stage.clock.now());
  stage.run_for(1s);
  EXPECT_EQ(stage.on_panel(), kRed);
  EXPECT_EQ(stage.shown.back().background, kBlue);
}

}  // namespace
}  // namespace p3a
