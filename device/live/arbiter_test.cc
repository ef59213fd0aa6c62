#include "device/live/arbiter.h"

#include <gtest/gtest.h>

namespace p3a {
namespace {

using Owner = Arbiter::Owner;
using Reason = Arbiter::Reason;

constexpr Instant kStart{Micros(1'000'000)};
constexpr Owner kRotation{};
constexpr Owner kRaw{Source::kRaw, 0, false};

constexpr Owner stream(StreamId id) { return {Source::kStream, id, false}; }

TEST(Arbiter, TheRotationHasThePanelUntilAStreamBegins) {
  Arbiter arbiter({});
  EXPECT_EQ(arbiter.owner(), kRotation);
  EXPECT_EQ(arbiter.deadline(), Instant::max());
  EXPECT_TRUE(arbiter.frame(1, kStart));
  EXPECT_EQ(arbiter.owner(), stream(1));
  EXPECT_EQ(arbiter.reason(), Reason::kStarted);
  EXPECT_EQ(arbiter.deadline(), kStart + 5s);
}

TEST(Arbiter, AStreamThatFallsSilentLosesThePanelAndGetsItBackByItsNextFrame) {
  Arbiter arbiter({});
  arbiter.frame(1, kStart);
  arbiter.frame(1, kStart + 1s);
  arbiter.advance(kStart + 6s - 1us);
  EXPECT_EQ(arbiter.owner(), stream(1));
  arbiter.advance(kStart + 6s);
  EXPECT_EQ(arbiter.owner(), kRotation);
  EXPECT_EQ(arbiter.reason(), Reason::kTimeout);
  EXPECT_TRUE(arbiter.frame(1, kStart + 7s));
}

TEST(Arbiter, AnythingThatAStreamSendsKeepsItThePanel) {
  Arbiter arbiter({});
  arbiter.frame(1, kStart);
  arbiter.heard(1, kStart + 4s);
  EXPECT_EQ(arbiter.deadline(), kStart + 9s);
  arbiter.advance(kStart + 8s);
  EXPECT_EQ(arbiter.owner(), stream(1));
  arbiter.heard(1, kStart + 9s);  // too late
  EXPECT_EQ(arbiter.owner(), kRotation);
  arbiter.heard(2, kStart + 10s);  // has sent no frame
  EXPECT_EQ(arbiter.owner(), kRotation);
  EXPECT_TRUE(arbiter.waiting_streams().empty());
}

TEST(Arbiter, OfTwoStreamsTheOneThatBeganLastWinsAndTheOtherWaits) {
  Arbiter arbiter({});
  EXPECT_TRUE(arbiter.frame(1, kStart));
  EXPECT_TRUE(arbiter.frame(2, kStart + 1s));
  EXPECT_FALSE(arbiter.frame(1, kStart + 2s));
  EXPECT_EQ(arbiter.waiting_streams(), std::vector<StreamId>{1});
  arbiter.gone(2, kStart + 3s);
  EXPECT_EQ(arbiter.owner(), stream(1));
  EXPECT_EQ(arbiter.reason(), Reason::kClosed);
  EXPECT_TRUE(arbiter.waiting_streams().empty());
}

TEST(Arbiter, TakeGoesAboveOtherStreamsAndReleaseLastsUntilTheNextTake) {
  Arbiter arbiter({});
  arbiter.frame(1, kStart);
  arbiter.frame(2, kStart);
  arbiter.take(1, kStart);
  EXPECT_EQ(arbiter.owner(), stream(1));
  EXPECT_EQ(arbiter.reason(), Reason::kTaken);
  arbiter.release(1, kStart);
  EXPECT_EQ(arbiter.owner(), stream(2));
  EXPECT_EQ(arbiter.released_streams(), std::vector<StreamId>{1});
  EXPECT_FALSE(arbiter.frame(1, kStart + 1s));
  arbiter.gone(2, kStart + 1s);
  EXPECT_FALSE(arbiter.frame(1, kStart + 2s));
  EXPECT_EQ(arbiter.owner(), kRotation);
  arbiter.take(1, kStart + 3s);
  EXPECT_TRUE(arbiter.frame(1, kStart + 3s));
  EXPECT_TRUE(arbiter.released_streams().empty());
}

TEST(Arbiter, ARawPictureGivesWayToAStreamAndComesBackAfterIt) {
  Arbiter arbiter({});
  EXPECT_TRUE(arbiter.raw(kStart));
  EXPECT_EQ(arbiter.owner(), kRaw);
  EXPECT_TRUE(arbiter.frame(1, kStart));
  EXPECT_TRUE(arbiter.raw_waits());
  EXPECT_FALSE(arbiter.raw(kStart + 1s));
  arbiter.gone(1, kStart + 2s);
  EXPECT_EQ(arbiter.owner(), kRaw);
  arbiter.advance(kStart + 1000s);
  EXPECT_EQ(arbiter.owner(), kRaw);
  arbiter.release_raw(kStart + 1000s);
  EXPECT_EQ(arbiter.owner(), kRotation);
}

TEST(Arbiter, ARawPictureCanHaveItsTime) {
  Arbiter arbiter({.raw_timeout = 10s});
  arbiter.raw(kStart);
  EXPECT_EQ(arbiter.deadline(), kStart + 10s);
  arbiter.advance(kStart + 10s);
  EXPECT_EQ(arbiter.owner(), kRotation);
}

TEST(Arbiter, TheLastPictureOfAClosedStreamIsHeldAgainstTheRotationOnly) {
  Arbiter arbiter({.hold = 3s});
  arbiter.frame(1, kStart);
  arbiter.gone(1, kStart);
  EXPECT_EQ(arbiter.owner(), (Owner{Source::kStream, 1, true}));
  EXPECT_EQ(arbiter.deadline(), kStart + 3s);
  EXPECT_TRUE(arbiter.frame(2, kStart + 1s));
  arbiter.gone(2, kStart + 1s);
  arbiter.advance(kStart + 4s);
  EXPECT_EQ(arbiter.owner(), kRotation);
  arbiter.frame(3, kStart + 5s);
  arbiter.gone(3, kStart + 5s);
  EXPECT_TRUE(arbiter.raw(kStart + 6s));
}

TEST(Arbiter, SomeoneAtThePageCanFreeThePanel) {
  Arbiter arbiter({});
  arbiter.frame(1, kStart);
  arbiter.raw(kStart);
  arbiter.release_owner(kStart);
  EXPECT_EQ(arbiter.owner(), kRaw);
  arbiter.release_owner(kStart);
  EXPECT_EQ(arbiter.owner(), kRotation);
  arbiter.frame(2, kStart);
  arbiter.raw(kStart);
  arbiter.release_all(kStart);
  EXPECT_EQ(arbiter.owner(), kRotation);
  EXPECT_FALSE(arbiter.frame(2, kStart + 1s));
  EXPECT_TRUE(arbiter.frame(3, kStart + 1s));
}

TEST(Arbiter, FollowsAnotherPriority) {
  Arbiter arbiter({.priority = {Source::kRaw, Source::kStream, Source::kRotation}});
  arbiter.frame(1, kStart);
  EXPECT_TRUE(arbiter.raw(kStart));
  EXPECT_FALSE(arbiter.frame(1, kStart));
  EXPECT_EQ(arbiter.waiting_streams(), std::vector<StreamId>{1});
  arbiter.set_rules({}, kStart);
  EXPECT_EQ(arbiter.owner(), stream(1));
  EXPECT_EQ(arbiter.reason(), Reason::kPriority);
  arbiter.set_rules({.priority = {Source::kRotation, Source::kStream, Source::kRaw}}, kStart);
  EXPECT_FALSE(arbiter.frame(1, kStart));
  EXPECT_FALSE(arbiter.raw(kStart));
}

}  // namespace
}  // namespace p3a
