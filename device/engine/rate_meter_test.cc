#include "device/engine/rate_meter.h"

#include <gtest/gtest.h>

namespace p3a {
namespace {

TEST(RateMeter, CountsTheLastSecond) {
  RateMeter meter;
  EXPECT_EQ(meter.per_second(Instant(10s)), 0);
  for (int i = 0; i < 30; ++i) meter.note(Instant(10s + i * Micros(40ms)));  // 25 a second
  EXPECT_EQ(meter.per_second(Instant(11160ms)), 25);
  EXPECT_EQ(meter.per_second(Instant(11660ms)), 13);
  EXPECT_EQ(meter.per_second(Instant(13s)), 0);
}

TEST(RateMeter, EstimatesWhatIsTooFastToKeep) {
  RateMeter meter;
  for (int i = 0; i < 1000; ++i) meter.note(Instant(10s + i * Micros(1ms)));
  EXPECT_NEAR(meter.per_second(Instant(11s)), 1000, 10);
}

}  // namespace
}  // namespace p3a
