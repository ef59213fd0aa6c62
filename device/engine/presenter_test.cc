#include "device/engine/presenter.h"

#include <gtest/gtest.h>

#include <future>

#include "ports/fake/fake_clock.h"
#include "ports/fake/fake_log.h"
#include "ports/fake/memory_panel.h"

namespace p3a {
namespace {

constexpr Rgb kRed{255, 0, 0};
constexpr Rgb kGreen{0, 255, 0};
constexpr Rgb kBlue{0, 0, 255};

// A machine to present on. Declare the presenter after it.
struct Stage {
  FakeClock clock;
  FakeLog log;
  MemoryPanel panel;
  FramePool pool{{4, 2}, PixelFormat::kRgb888, 6};

  Submission frame(Rgb color, Instant present_at = {}, std::promise<bool>* shown = nullptr) {
    Submission submission{pool.acquire(), std::make_shared<ShownPicture>(), {}};
    fill(submission.frame->canvas, color, {});
    submission.frame->present_at = present_at;
    submission.frame->source = Source::kRotation;
    if (shown != nullptr) submission.done = [shown](bool value) { shown->set_value(value); };
    return submission;
  }
};

void no_events(const PanelEvents&) {}

TEST(Presenter, ShowsAFrameAndTellsSo) {
  Stage stage;
  Presenter presenter(stage.clock, stage.log, stage.panel, 0, no_events);
  EXPECT_FALSE(presenter.shown());
  std::promise<bool> shown;
  Submission frame = stage.frame(kRed, {}, &shown);
  frame.picture = std::make_shared<ShownPicture>(ShownPicture{"a.png", "png", {8, 4}, false});
  presenter.submit(std::move(frame));
  EXPECT_TRUE(shown.get_future().get());
  EXPECT_EQ(stage.panel.colors(), std::vector<Rgb>{kRed});
  ASSERT_TRUE(presenter.shown());
  EXPECT_EQ(presenter.shown()->sequence, 1u);
  EXPECT_EQ(presenter.shown()->times.presented, stage.clock.now());
  EXPECT_EQ(presenter.status().picture.name, "a.png");
  EXPECT_EQ(presenter.status().source, Source::kRotation);
  EXPECT_EQ(presenter.status().presented, 1u);
  EXPECT_EQ(presenter.status().fps, 1);
}

TEST(Presenter, NewestWinsAndTheLoserIsTold) {
  Stage stage;
  Presenter presenter(stage.clock, stage.log, stage.panel, 0, no_events);
  stage.panel.hold(true);
  presenter.submit(stage.frame(kRed));
  stage.panel.wait_for_attempts(1);
  std::promise<bool> second;
  std::promise<bool> third;
  presenter.submit(stage.frame(kGreen, {}, &second));
  presenter.submit(stage.frame(kBlue, {}, &third));
  EXPECT_FALSE(second.get_future().get());
  stage.panel.hold(false);
  EXPECT_TRUE(third.get_future().get());
  EXPECT_EQ(stage.panel.colors(), (std::vector<Rgb>{kRed, kBlue}));
  EXPECT_EQ(presenter.status().superseded, 1u);
  EXPECT_EQ(presenter.status().presented, 2u);
}

TEST(Presenter, AFrameIsHeldUntilItsTime) {
  Stage stage;
  Presenter presenter(stage.clock, stage.log, stage.panel, 0, no_events);
  std::promise<bool> never;
  presenter.submit(stage.frame(kRed, stage.clock.now() + 1s, &never));
  std::promise<bool> soon;
  const Instant due = stage.clock.now() + 1ms;
  presenter.submit(stage.frame(kGreen, due, &soon));
  EXPECT_FALSE(never.get_future().get());
  stage.clock.advance(5ms);
  EXPECT_TRUE(soon.get_future().get());
  EXPECT_GE(presenter.shown()->times.presented, due);
  EXPECT_EQ(stage.panel.colors(), std::vector<Rgb>{kGreen});
}

TEST(Presenter, OneFrameATick) {
  Stage stage;
  Presenter presenter(stage.clock, stage.log, stage.panel, 1000, no_events);
  std::promise<bool> first;
  presenter.submit(stage.frame(kRed, {}, &first));
  EXPECT_TRUE(first.get_future().get());
  std::promise<bool> second;
  presenter.submit(stage.frame(kGreen, {}, &second));
  std::promise<bool> third;
  presenter.submit(stage.frame(kBlue, {}, &third));  // the same tick: the clock stands still
  EXPECT_FALSE(second.get_future().get());
  stage.clock.advance(1ms);
  EXPECT_TRUE(third.get_future().get());
  EXPECT_EQ(stage.panel.colors(), (std::vector<Rgb>{kRed, kBlue}));
}

TEST(Presenter, WhoLooksKeepsAWholeFrame) {
  Stage stage;
  Presenter presenter(stage.clock, stage.log, stage.panel, 0, no_events);
  const auto show = [&](Rgb color) {
    std::promise<bool> shown;
    presenter.submit(stage.frame(color, {}, &shown));
    shown.get_future().get();
  };
  show(kRed);
  const FrameRef look = presenter.shown();
  for (int i = 0; i < 20; ++i) show(i % 2 == 0 ? kGreen : kBlue);
  const std::uint8_t* pixel = look->canvas.row(1);
  EXPECT_EQ((Rgb{pixel[0], pixel[1], pixel[2]}), kRed);
  EXPECT_EQ(look->sequence, 1u);
  EXPECT_EQ(presenter.shown()->sequence, 21u);
}

TEST(Presenter, APanelThatFailsIsSaidOnceAndTriedAgain) {
  Stage stage;
  stage.panel.set_failing(true);
  Presenter presenter(stage.clock, stage.log, stage.panel, 0, no_events);
  std::promise<bool> shown;
  presenter.submit(stage.frame(kRed, {}, &shown));
  EXPECT_FALSE(shown.get_future().get());
  EXPECT_EQ(presenter.status().panel_error, "The panel's cable is loose; plug it in.");
  EXPECT_FALSE(presenter.shown());
  stage.clock.advance(Presenter::kRetryAfter);
  std::promise<bool> again;
  presenter.submit(stage.frame(kGreen, {}, &again));
  EXPECT_FALSE(again.get_future().get());
  stage.panel.set_failing(false);
  stage.clock.advance(Presenter::kRetryAfter);
  std::promise<bool> better;
  presenter.submit(stage.frame(kBlue, {}, &better));
  EXPECT_TRUE(better.get_future().get());
  EXPECT_TRUE(presenter.status().panel_error.empty());
  presenter.stop();
  EXPECT_EQ(stage.log.count("cable is loose"), 1u);
  EXPECT_EQ(stage.log.count("works again"), 1u);
}

TEST(Presenter, TheFrameThatFailedIsShownWhenThePanelIsBack) {
  Stage stage;
  stage.panel.set_failing(true);
  Presenter presenter(stage.clock, stage.log, stage.panel, 0, no_events);
  std::promise<bool> shown;
  presenter.submit(stage.frame(kRed, {}, &shown));
  EXPECT_FALSE(shown.get_future().get());
  stage.panel.set_failing(false);
  stage.clock.advance(Presenter::kRetryAfter);
  stage.panel.wait_for_color(kRed);
}

TEST(Presenter, APanelForAnyThreadShowsWhatIsDueAtOnce) {
  Stage stage;
  MemoryPanel panel(false, true);
  Presenter presenter(stage.clock, stage.log, panel, 0, no_events);
  presenter.submit(stage.frame(kRed));
  EXPECT_EQ(panel.colors(), std::vector<Rgb>{kRed});  // without waiting for anybody
  std::promise<bool> later;
  presenter.submit(stage.frame(kGreen, stage.clock.now() + 1ms, &later));
  EXPECT_EQ(panel.colors(), std::vector<Rgb>{kRed});
  stage.clock.advance(5ms);
  EXPECT_TRUE(later.get_future().get());
  EXPECT_EQ(panel.colors(), (std::vector<Rgb>{kRed, kGreen}));
}

TEST(Presenter, WhatComesWhileAnotherThreadIsAtThePanelWaitsForIt) {
  Stage stage;
  MemoryPanel panel(false, true);
  Presenter presenter(stage.clock, stage.log, panel, 0, no_events);
  panel.hold(true);
  std::thread at_panel([&] { presenter.submit(stage.frame(kRed)); });
  panel.wait_for_attempts(1);
  std::promise<bool> second;
  std::promise<bool> third;
  presenter.submit(stage.frame(kGreen, {}, &second));
  presenter.submit(stage.frame(kBlue, {}, &third));
  EXPECT_FALSE(second.get_future().get());
  panel.hold(false);
  at_panel.join();
  EXPECT_TRUE(third.get_future().get());
  EXPECT_EQ(panel.colors(), (std::vector<Rgb>{kRed, kBlue}));
}

TEST(Presenter, StopsWhenWhoIsAtThePanelIsDone) {
  Stage stage;
  MemoryPanel panel(false, true);
  std::promise<bool> shown;
  {
    Presenter presenter(stage.clock, stage.log, panel, 0, no_events);
    panel.hold(true);
    std::thread at_panel([&] { presenter.submit(stage.frame(kRed, {}, &shown)); });
    panel.wait_for_attempts(1);
    std::thread stopping([&] { presenter.stop(); });
    EXPECT_FALSE(panel.closed());
    panel.hold(false);
    stopping.join();
    at_panel.join();
  }
  EXPECT_TRUE(shown.get_future().get());
  EXPECT_TRUE(panel.closed());
}

TEST(Presenter, StoppingTellsWhoWaits) {
  Stage stage;
  std::promise<bool> waiting;
  std::promise<bool> late;
  {
    Presenter presenter(stage.clock, stage.log, stage.panel, 0, no_events);
    presenter.submit(stage.frame(kRed, stage.clock.now() + 3600s, &waiting));
    presenter.stop();
    presenter.submit(stage.frame(kGreen, {}, &late));
  }
  EXPECT_FALSE(waiting.get_future().get());
  EXPECT_FALSE(late.get_future().get());
  EXPECT_TRUE(stage.panel.closed());
  EXPECT_TRUE(stage.panel.colors().empty());
}

TEST(Presenter, APanelWithEventsIsAskedForThem) {
  Stage stage;
  MemoryPanel window(true);
  std::promise<PanelEvents> told;
  PanelEvents events;
  events.touches.push_back({.kind = TouchEvent::Kind::kDown, .id = 7, .x = 3, .y = 1});
  events.closed = true;
  window.tell(events);
  Presenter presenter(stage.clock, stage.log, window, 60,
                      [&](const PanelEvents& seen) { told.set_value(seen); });
  const PanelEvents seen = told.get_future().get();
  EXPECT_TRUE(seen.closed);
  ASSERT_EQ(seen.touches.size(), 1u);
  EXPECT_EQ(seen.touches[0].x, 3u);
  presenter.submit(stage.frame(kRed));
  stage.clock.advance(1s);
  window.wait_for_shown(1);
  presenter.stop();
  EXPECT_TRUE(window.one_thread());
}

TEST(Presenter, APanelWithoutEventsIsLeftAlone) {
  Stage stage;
  Presenter presenter(stage.clock, stage.log, stage.panel, 0, no_events);
  stage.clock.advance(10s);
  presenter.submit(stage.frame(kRed));
  stage.panel.wait_for_shown(1);
  presenter.stop();
  EXPECT_EQ(stage.panel.polls(), 0u);
}

}  // namespace
}  // namespace p3a
