#include "device/engine/refresh_ticks.h"

#include <gtest/gtest.h>

namespace p3a {
namespace {

constexpr Instant kOrigin{5s};

TEST(RefreshTicks, WithoutRefreshAnyMomentWillDo) {
  const RefreshTicks ticks(kOrigin, 0);
  EXPECT_EQ(ticks.at_or_after(kOrigin + 123us), kOrigin + 123us);
}

TEST(RefreshTicks, TheGridBeginsAtTheOriginAndDoesNotDrift) {
  const RefreshTicks ticks(kOrigin, 60);
  EXPECT_EQ(ticks.at_or_after(kOrigin), kOrigin);
  EXPECT_EQ(ticks.at_or_after(kOrigin + 1us), kOrigin + 16667us);
  EXPECT_EQ(ticks.at_or_after(kOrigin + 16667us), kOrigin + 16667us);
  EXPECT_EQ(ticks.at_or_after(kOrigin + 16668us), kOrigin + 33334us);
  EXPECT_EQ(ticks.at_or_after(kOrigin + 1s), kOrigin + 1s);
  EXPECT_EQ(ticks.at_or_after(kOrigin + 3'600'000s), kOrigin + 3'600'000s);
}

TEST(RefreshTicks, SixtyTicksASecondWhicheverMomentIsAsked) {
  const RefreshTicks ticks(kOrigin, 60);
  int count = 0;
  for (Instant t = kOrigin; t < kOrigin + 10s; ++count) {
    const Instant tick = ticks.at_or_after(t);
    EXPECT_GE(tick, t);
    EXPECT_LT(tick - t, 16668us);
    t = tick + 1us;
  }
  EXPECT_EQ(count, 601);  // both ends of the ten seconds are ticks
}

}  // namespace
}  // namespace p3a
