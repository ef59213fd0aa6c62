#include "device/body_deadline.h"

#include <gtest/gtest.h>

namespace p3a {
namespace {

constexpr Instant kBegun(100s);

/// When a client is cut that sends so many bytes every so often; no later than a minute.
Instant cut_at(Instant read_from, std::size_t bytes, Micros every) {
  BodyDeadline deadline({}, kBegun, read_from);
  Instant now = read_from;
  while (now + every <= deadline.at() && now < kBegun + 60s) deadline.received(bytes, now += every);
  return std::max(now, deadline.at());
}

// Its ten seconds began only when it was its turn, after up to ten more.
TEST(BodyDeadline, ASlowUploadThatWaitedForItsTurnIsCutWithin15Seconds) {
  EXPECT_LT(cut_at(kBegun + 10s, 24, 3s), kBegun + 13100ms);
  EXPECT_LT(cut_at(kBegun + 10s, 0, 60s), kBegun + 13100ms);
  EXPECT_LT(cut_at(kBegun, 24, 3s), kBegun + 10100ms);
}

TEST(BodyDeadline, WhoKeepsUpTheLeastRateIsNeverCut) {
  EXPECT_GE(cut_at(kBegun, 4096, 1s), kBegun + 60s);
  EXPECT_GE(cut_at(kBegun + 10s, 4096, 1s), kBegun + 60s);
}

TEST(BodyDeadline, AQuickBeginningBuysNoMoreThanThePatience) {
  BodyDeadline deadline({}, kBegun, kBegun);
  deadline.received(1 << 20, kBegun + 1s);
  EXPECT_EQ(deadline.at(), kBegun + 11s);
}

TEST(BodyDeadline, OurTimeIsNotTheClients) {
  BodyDeadline deadline({}, kBegun, kBegun);
  deadline.add_our_time(5s);
  EXPECT_EQ(deadline.at(), kBegun + 15s);
}

}  // namespace
}  // namespace p3a
