#include "core/queue/frame_queue.h"

#include <gtest/gtest.h>

namespace p3a {
namespace {

constexpr Rect kPanel{0, 0, 100, 100};
constexpr Rect kLeft{0, 0, 50, 100};
constexpr Rect kCorner{0, 0, 10, 10};
constexpr Instant kNow{Micros(1'000'000)};

QueuedFrame whole(std::uint32_t slot, Instant due = {}) {
  return {.slot = slot, .kind = FrameKind::kKey, .area = kPanel, .whole = true, .due = due};
}
QueuedFrame part(std::uint32_t slot, Rect area) {
  return {.slot = slot, .kind = FrameKind::kKey, .area = area, .whole = false, .due = {}};
}
QueuedFrame delta(std::uint32_t slot, Rect area = kPanel) {
  return {
      .slot = slot, .kind = FrameKind::kDelta, .area = area, .whole = area == kPanel, .due = {}};
}
QueuedFrame coded(QueuedFrame frame) {
  frame.coded = true;
  return frame;
}

// The slot that comes out next, 0 for none; what gives way meanwhile is counted.
std::uint32_t next(FrameQueue& queue, std::size_t* given_way = nullptr, Instant until = kNow) {
  FrameQueue::Losses lost;
  const auto frame = queue.pop(until, lost);
  if (given_way != nullptr) *given_way = lost.size();
  return frame ? frame->slot : 0;
}

bool is(const FrameQueue::Losses& lost, std::uint32_t slot, FrameLoss why) {
  return lost.size() == 1 && lost.begin()->slot == slot && lost.begin()->why == why;
}

TEST(FrameQueue, IsEmptyAtFirstAndWantsAKey) {
  FrameQueue queue(3);
  EXPECT_EQ(queue.size(), 0u);
  EXPECT_TRUE(queue.needs_key());
  EXPECT_EQ(next(queue), 0u);
  EXPECT_FALSE(queue.due().has_value());
}

TEST(FrameQueue, TheNewestWholePictureIsDecodedAndTheOlderOnesGiveWay) {
  FrameQueue queue(3);
  queue.push(whole(1));
  EXPECT_FALSE(queue.needs_key());
  queue.push(whole(2));
  queue.push(whole(3));
  std::size_t given_way = 0;
  EXPECT_EQ(next(queue, &given_way), 3u);
  EXPECT_EQ(given_way, 2u);
  EXPECT_EQ(queue.size(), 0u);
}

TEST(FrameQueue, OneTooManyPushesOutTheOldest) {
  FrameQueue queue(2);
  EXPECT_EQ(queue.push(whole(1)).size(), 0u);
  EXPECT_EQ(queue.push(whole(2)).size(), 0u);
  EXPECT_TRUE(is(queue.push(whole(3)), 1, FrameLoss::kQueueFull));
  EXPECT_EQ(queue.size(), 2u);
  EXPECT_FALSE(queue.needs_key());
}

TEST(FrameQueue, RegionsAreAllDecodedInOrder) {
  FrameQueue queue(3);
  queue.push(whole(1));
  queue.push(part(2, kLeft));
  queue.push(part(3, kCorner));
  EXPECT_EQ(next(queue), 1u);
  EXPECT_EQ(next(queue), 2u);
  EXPECT_EQ(next(queue), 3u);
  EXPECT_EQ(next(queue), 0u);
}

TEST(FrameQueue, ARegionThatALaterOneCoversIsPassedOver) {
  FrameQueue queue(3);
  queue.push(whole(1));
  EXPECT_EQ(next(queue), 1u);
  queue.push(part(2, kCorner));
  queue.push(part(3, kLeft));
  std::size_t given_way = 0;
  EXPECT_EQ(next(queue, &given_way), 3u);
  EXPECT_EQ(given_way, 1u);
}

TEST(FrameQueue, LosingARegionForGoodAsksForAKeyButStillShowsKeys) {
  FrameQueue queue(1);
  queue.push(whole(1));
  EXPECT_EQ(next(queue), 1u);
  queue.push(part(2, kLeft));
  EXPECT_TRUE(is(queue.push(part(3, kCorner)), 2, FrameLoss::kQueueFull));
  EXPECT_TRUE(queue.needs_key());
  EXPECT_EQ(next(queue), 3u);
  EXPECT_TRUE(is(queue.push(delta(4)), 4, FrameLoss::kNeedsKey));
  queue.push(whole(5));
  EXPECT_FALSE(queue.needs_key());
  EXPECT_EQ(next(queue), 5u);
}

TEST(FrameQueue, ADeltaWithoutItsBaseNeverComesOut) {
  FrameQueue queue(2);
  queue.push(whole(1));
  queue.push(delta(2));
  // 1 gives way; 2 was built on it, 3 on 2.
  const auto lost = queue.push(delta(3));
  EXPECT_EQ(lost.size(), 3u);
  EXPECT_TRUE(queue.needs_key());
  EXPECT_EQ(next(queue), 0u);
}

TEST(FrameQueue, ADeltaStaysWithItsBase) {
  FrameQueue queue(3);
  queue.push(whole(1));
  queue.push(delta(2));
  queue.push(delta(3, kCorner));
  EXPECT_EQ(next(queue), 1u);
  EXPECT_EQ(next(queue), 2u);
  EXPECT_EQ(next(queue), 3u);
}

TEST(FrameQueue, AWholePictureEndsTheTear) {
  FrameQueue queue(3);
  queue.push(whole(1));
  queue.push(delta(2));
  queue.push(whole(3));
  EXPECT_EQ(queue.push(delta(4)).size(), 2u);  // 1 and its delta
  EXPECT_FALSE(queue.needs_key());
  EXPECT_EQ(next(queue), 3u);
  EXPECT_EQ(next(queue), 4u);
}

TEST(FrameQueue, ADeltaBetweenKeepsItsBaseFromBeingCoveredByARegion) {
  FrameQueue queue(3);
  queue.push(whole(1));
  EXPECT_EQ(next(queue), 1u);
  queue.push(part(2, kCorner));
  queue.push(delta(3, kLeft));
  queue.push(part(4, kCorner));
  EXPECT_EQ(next(queue), 2u);
  EXPECT_EQ(next(queue), 3u);
  EXPECT_EQ(next(queue), 4u);
}

TEST(FrameQueue, AFrameThatCouldNotBeDecodedTearsToo) {
  FrameQueue queue(3);
  queue.push(whole(1));
  queue.push(delta(2));
  FrameQueue::Losses none;
  const auto broken = queue.pop(kNow, none);
  ASSERT_TRUE(broken.has_value());
  EXPECT_TRUE(is(queue.lose(*broken), 2, FrameLoss::kNeedsKey));
  EXPECT_TRUE(queue.needs_key());
  queue.push(whole(3));
  EXPECT_EQ(queue.lose(*broken).size(), 0u);
  EXPECT_FALSE(queue.needs_key());
}

TEST(FrameQueue, FramesWaitForTheirTime) {
  FrameQueue queue(3);
  queue.push(whole(1, kNow + 10ms));
  queue.push(whole(2, kNow + 20ms));
  EXPECT_EQ(next(queue), 0u);
  EXPECT_TRUE(queue.due() == kNow + 10ms);
  EXPECT_EQ(next(queue, nullptr, kNow + 10ms), 1u);
  EXPECT_EQ(next(queue, nullptr, kNow + 10ms), 0u);
  EXPECT_EQ(next(queue, nullptr, kNow + 20ms), 2u);
}

TEST(FrameQueue, OfFramesWhoseTimeHasComeTheNewestIsShown) {
  FrameQueue queue(4);
  queue.push(whole(1, kNow));
  queue.push(whole(2, kNow + 10ms));
  queue.push(whole(3, kNow + 20ms));
  EXPECT_EQ(next(queue, nullptr, kNow + 15ms), 2u);
  EXPECT_EQ(queue.size(), 1u);
}

TEST(FrameQueue, AFullQueueShowsTheOldestEarlyInsteadOfNothingAtAll) {
  FrameQueue queue(2);
  queue.push(whole(1, kNow + 100ms));
  queue.push(whole(2, kNow + 120ms));
  FrameQueue::Losses lost;
  const auto early = queue.pop(kNow, lost);
  ASSERT_TRUE(early.has_value());
  EXPECT_EQ(early->slot, 1u);
  EXPECT_TRUE(early->due == Instant{});
  EXPECT_EQ(lost.size(), 0u);
  EXPECT_EQ(next(queue), 0u);
}

TEST(FrameQueue, ASmallerDepthAndClearingGiveWay) {
  FrameQueue queue(5);
  for (std::uint32_t slot = 1; slot <= 5; ++slot) queue.push(whole(slot));
  EXPECT_EQ(queue.set_depth(2).size(), 3u);
  EXPECT_EQ(queue.size(), 2u);
  EXPECT_EQ(queue.clear().size(), 2u);
  EXPECT_EQ(queue.size(), 0u);
  EXPECT_TRUE(queue.needs_key());
}

TEST(FrameQueue, ACodedDeltaThatAPictureReplacedTakesTheNextOnesAlong) {
  FrameQueue queue(3);
  queue.push(coded(whole(1)));
  EXPECT_EQ(next(queue), 1u);
  queue.push(coded(delta(2)));
  queue.push(whole(3));  // another format's: the codec knows nothing of it
  queue.push(coded(delta(4)));
  FrameQueue::Losses lost;
  const auto shown = queue.pop(kNow, lost);
  ASSERT_TRUE(shown.has_value());
  EXPECT_EQ(shown->slot, 3u);
  ASSERT_EQ(lost.size(), 2u);
  EXPECT_EQ(lost.begin()[1].slot, 4u);
  EXPECT_TRUE(lost.begin()[1].why == FrameLoss::kNeedsKey);
  EXPECT_TRUE(queue.needs_key());
}

TEST(FrameQueue, APictureDoesNotMendTheCodecsGap) {
  FrameQueue queue(1);
  queue.push(coded(whole(1)));
  EXPECT_TRUE(is(queue.push(whole(2)), 1, FrameLoss::kQueueFull));
  EXPECT_FALSE(queue.needs_key());
  EXPECT_EQ(next(queue), 2u);
  EXPECT_TRUE(is(queue.push(coded(delta(3))), 3, FrameLoss::kNeedsKey));
  EXPECT_TRUE(queue.needs_key());
  queue.push(whole(4));
  EXPECT_FALSE(queue.needs_key());  // what is on the panel is whole again
  EXPECT_EQ(next(queue), 4u);
  queue.push(coded(whole(5)));
  EXPECT_EQ(next(queue), 5u);
  EXPECT_EQ(queue.push(coded(delta(6))).size(), 0u);
  EXPECT_EQ(next(queue), 6u);
}

TEST(FrameQueue, ACodedKeyBehindTheGapIsKeptWithItsDeltas) {
  FrameQueue queue(3);
  queue.push(coded(whole(1)));
  queue.push(coded(whole(2)));
  queue.push(coded(delta(3)));
  EXPECT_TRUE(is(queue.push(coded(delta(4))), 1, FrameLoss::kQueueFull));
  EXPECT_EQ(next(queue), 2u);
  EXPECT_EQ(next(queue), 3u);
  EXPECT_EQ(next(queue), 4u);
  EXPECT_FALSE(queue.needs_key());
}

}  // namespace
}  // namespace p3a
