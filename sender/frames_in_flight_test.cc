#include "sender/frames_in_flight.h"

#include <gtest/gtest.h>

namespace p3a::sender {
namespace {

FlyingFrame frame(std::uint64_t number) {
  return {.frame = number, .submission = number, .sent = Instant(Micros(number))};
}

TEST(FramesInFlight, AnyOfThemMayBeTheNext) {
  FramesInFlight flying;
  for (std::uint64_t i = 1; i <= 4; ++i) flying.add(frame(i));
  EXPECT_EQ(flying.take(3)->frame, 3u);
  EXPECT_FALSE(flying.take(3).has_value());
  EXPECT_EQ(flying.oldest()->frame, 1u);
  EXPECT_EQ(flying.newest()->frame, 4u);
  for (const std::uint64_t i : {1u, 4u, 2u}) EXPECT_EQ(flying.take(i)->frame, i);
  EXPECT_EQ(flying.size(), 0u);
  EXPECT_EQ(flying.newest(), nullptr);
}

TEST(FramesInFlight, WhatIsOldExpires) {
  FramesInFlight flying;
  for (std::uint64_t i = 1; i <= 5; ++i) flying.add(frame(i));
  EXPECT_EQ(flying.expire(Instant(2us)), 2u);
  EXPECT_EQ(flying.oldest()->frame, 3u);
  EXPECT_EQ(flying.clear(), 3u);
}

TEST(FramesInFlight, GoesRoundAndRound) {
  FramesInFlight flying;
  for (std::uint64_t i = 1; i <= 1000; ++i) {
    flying.add(frame(i));
    if (i > 60) {
      EXPECT_EQ(flying.take(i - 60)->frame, i - 60);
    }
  }
  EXPECT_EQ(flying.size(), 60u);
  while (!flying.full()) flying.add(frame(2000));
  EXPECT_EQ(flying.size(), FramesInFlight::kMost);
}

}  // namespace
}  // namespace p3a::sender
