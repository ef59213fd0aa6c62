#include "sender/rate_control.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>

namespace p3a::sender {
namespace {

// A link and a display of known abilities: frames queue for the link, then for the decoder, which
// drops what waits when a newer one comes; at most two frames are on their way, as in the stream.
struct World {
  double bytes_per_second = 20e6;
  Micros distance = 1ms;  // one way
  Micros decode = 3ms;
  double source_fps = 60;
  double bytes_at_75 = 68e3;
};

struct Outcome {
  Micros median{};  // of the last 5 s, as are the next ones
  int lowest_quality = 100;
  int highest_quality = 0;
  double shown_fps = 0;
};

double bytes_of(const World& world, int quality) {
  return world.bytes_at_75 * (0.15 + 0.85 * quality * quality / (75.0 * 75.0));
}

// Runs `seconds` of the world with the sender's rules.
Outcome run(RateControl& rate, const World& world, int seconds, Instant& now) {
  struct Flying {
    Instant told;  // when the ack is back
    Micros latency;
  };
  std::deque<Flying> flying;
  std::vector<Micros> latencies;
  Outcome outcome;
  const Instant end = now + std::chrono::seconds(seconds);
  const Instant judged_from = end - 5s;
  Instant link_free = now, decoder_free = now, next_frame = now, next_allowed = now;
  int shown = 0;
  rate.on_round_trip(world.distance * 2);
  for (; now < end; now += 500us) {
    while (!flying.empty() && flying.front().told <= now) {
      rate.on_shown(now, flying.front().latency);
      if (now >= judged_from) latencies.push_back(flying.front().latency), ++shown;
      flying.pop_front();
    }
    if (now < next_frame || now < next_allowed || flying.size() >= 2) continue;
    const Instant captured = now;
    next_frame = now + Micros(static_cast<std::int64_t>(1e6 / world.source_fps));
    next_allowed = now + rate.interval();
    const auto sending = Micros(
        static_cast<std::int64_t>(bytes_of(world, rate.quality()) / world.bytes_per_second * 1e6));
    link_free = std::max(link_free, now) + sending;
    decoder_free = std::max(decoder_free, link_free + world.distance) + world.decode;
    flying.push_back({decoder_free + world.distance, decoder_free - captured});
    if (now >= judged_from) {
      outcome.lowest_quality = std::min(outcome.lowest_quality, rate.quality());
      outcome.highest_quality = std::max(outcome.highest_quality, rate.quality());
    }
  }
  if (!latencies.empty()) {
    const auto middle = latencies.begin() + static_cast<std::ptrdiff_t>(latencies.size() / 2);
    std::nth_element(latencies.begin(), middle, latencies.end());
    outcome.median = *middle;
  }
  outcome.shown_fps = shown / 5.0;
  return outcome;
}

Outcome run(RateControl& rate, const World& world, int seconds) {
  Instant now(1s);
  return run(rate, world, seconds, now);
}

TEST(RateControl, OnAGoodLinkQualityRisesToItsBoundAndStays) {
  RateControl rate({});
  EXPECT_EQ(rate.quality(), 75);
  const Outcome outcome = run(rate, {}, 20);
  EXPECT_EQ(outcome.lowest_quality, 90);
  EXPECT_EQ(outcome.highest_quality, 90);
  EXPECT_GT(outcome.shown_fps, 58);
  EXPECT_LT(outcome.median, 20ms);
}

TEST(RateControl, OnANarrowLinkQualityGivesWayUntilTheTargetIsMet) {
  RateControl rate({});
  const Outcome outcome = run(rate, {.bytes_per_second = 1.5e6}, 40);
  EXPECT_LE(outcome.median, 51ms);
  EXPECT_LT(outcome.highest_quality, 75);
  EXPECT_GT(outcome.lowest_quality, 30);
}

TEST(RateControl, ASettledStreamDoesNotSwing) {
  for (const double rate_of_link : {1e6, 1.5e6, 2e6, 3e6, 4e6}) {
    RateControl rate({});
    const Outcome outcome = run(rate, {.bytes_per_second = rate_of_link}, 120);
    EXPECT_LE(outcome.highest_quality - outcome.lowest_quality, 6) << rate_of_link;
    EXPECT_LE(outcome.median, 52ms) << rate_of_link;
  }
}

TEST(RateControl, WhenTheLinkWidensQualityComesBack) {
  RateControl rate({});
  Instant now(1s);
  const Outcome narrow = run(rate, {.bytes_per_second = 1e6}, 60, now);
  const Outcome wide = run(rate, {}, 60, now);
  EXPECT_LT(narrow.highest_quality, 60);
  EXPECT_EQ(wide.lowest_quality, 90);
}

TEST(RateControl, BelowTheLowestQualityTheRateGivesWay) {
  RateControl rate({.min_quality = 60});
  const Outcome outcome = run(rate, {.bytes_per_second = 600e3}, 60);
  EXPECT_EQ(outcome.lowest_quality, 60);
  EXPECT_LT(rate.fps(), 20);
  EXPECT_GE(rate.fps(), 5);
}

TEST(RateControl, TheBoundsHoldWhateverHappens) {
  RateControl rate({.min_quality = 40, .max_quality = 70, .min_fps = 10, .max_fps = 30});
  EXPECT_EQ(rate.quality(), 70);
  EXPECT_EQ(rate.fps(), 30);
  run(rate, {.bytes_per_second = 10e3}, 120);
  EXPECT_EQ(rate.quality(), 40);
  EXPECT_EQ(rate.fps(), 10);
}

TEST(RateControl, WhatTheDisplayDropsIsNotSentForLong) {
  RateControl rate({});
  Instant now(1s);
  for (int i = 0; i < 600; ++i, now += 16'667us) {  // every third frame is dropped
    i % 3 == 0 ? rate.on_dropped(now) : rate.on_shown(now, 20ms);
    if (rate.fps() < 45) break;
  }
  EXPECT_LT(rate.fps(), 45);
  EXPECT_GT(rate.fps(), 30);
  EXPECT_EQ(rate.quality(), 75) << "smaller frames would not help";
}

TEST(RateControl, AFarDisplayIsNotStarvedForItsDistance) {
  RateControl rate({});
  const Outcome outcome = run(rate, {.distance = 40ms}, 60);
  EXPECT_EQ(outcome.lowest_quality, 90) << "no quality makes the way shorter";
}

TEST(RateControl, NoFasterThanThePanel) {
  RateControl unlimited({.max_fps = 0});
  EXPECT_EQ(unlimited.interval(), Micros{});
  unlimited.set_panel_rate(50);
  EXPECT_EQ(unlimited.fps(), 50);
  RateControl rate({.max_fps = 30});
  rate.set_panel_rate(60);
  EXPECT_EQ(rate.fps(), 30);
  rate.set_panel_rate(0);
  EXPECT_EQ(rate.fps(), 30);
}

TEST(RateControl, WithoutALimitTheRateIsFreeAgainOnceTheDisplayKeepsUp) {
  RateControl rate({.max_fps = 0});
  Instant now(1s);
  for (int i = 0; i < 200; ++i, now += 2ms) {
    i % 2 == 0 ? rate.on_dropped(now) : rate.on_shown(now, 5ms);
  }
  EXPECT_GT(rate.fps(), 0);
  for (int i = 0; i < 6000; ++i, now += 5ms) rate.on_shown(now, 5ms);
  EXPECT_EQ(rate.fps(), 0);
}

}  // namespace
}  // namespace p3a::sender
