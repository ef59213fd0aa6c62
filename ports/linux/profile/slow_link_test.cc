#include "ports/linux/profile/slow_link.h"

#include <gtest/gtest.h>

namespace p3a {
namespace {

constexpr LinkLimits kLink{
    .bytes_per_second = 1e6, .window_bytes = 100'000, .segment_bytes = 1440, .round_trip = 10ms};

TEST(SlowLink, TheFirstBytesComeAfterTheHandshakeAndHalfARoundTrip) {
  SlowLink link(kLink);
  SlowFlow flow(link, Instant(1s));
  EXPECT_EQ(flow.arrival(Instant(1s), false, 2000), Instant(1s + 10ms + 2ms + 5ms));
}

TEST(SlowLink, WhatWasThereAlreadyFollowsWithoutAGap) {
  SlowLink link(kLink);
  SlowFlow flow(link, Instant(0s));
  const Instant first = flow.arrival(Instant(1s), false, 1000);
  EXPECT_EQ(first, Instant(1s + 1ms + 5ms));
  EXPECT_EQ(flow.arrival(first, true, 10'000), Instant(1s + 11ms + 5ms));
  // What comes later was sent later: its own half of a round trip.
  EXPECT_EQ(flow.arrival(Instant(2s), false, 1000), Instant(2s + 6ms));
}

TEST(SlowLink, ReadingLateTakesNoLonger) {
  SlowLink link(kLink);
  SlowFlow flow(link, Instant(0s));
  flow.arrival(Instant(1s), false, 1000);
  EXPECT_EQ(flow.arrival(Instant(2s), true, 1000), Instant(2s));
}

TEST(SlowLink, ConnectionsShareTheAir) {
  SlowLink link(kLink);
  SlowFlow one(link, Instant(0s));
  SlowFlow other(link, Instant(0s));
  EXPECT_EQ(one.arrival(Instant(1s), false, 20'000), Instant(1s + 20ms + 5ms));
  EXPECT_EQ(other.arrival(Instant(1s), false, 20'000), Instant(1s + 40ms + 5ms));
}

// 5,760 bytes, lwIP's default, at 5 ms: 1.15 MB/s (docs/FIRMWARE.md), however fast the air is.
TEST(SlowLink, TheWindowBoundsAConnection) {
  SlowLink link(
      {.bytes_per_second = 1e9, .window_bytes = 5760, .segment_bytes = 1440, .round_trip = 5ms});
  SlowFlow flow(link, Instant(0s));
  Instant now(1s);
  for (int i = 0; i < 10; ++i) now = flow.arrival(now, i > 0, 11'520);
  EXPECT_EQ(now, Instant(1s + 10 * 10ms + 2500us));
}

}  // namespace
}  // namespace p3a
