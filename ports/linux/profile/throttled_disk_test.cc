#include "ports/linux/profile/throttled_disk.h"

#include <gtest/gtest.h>

#include <string>

#include "ports/fake/fake_disk.h"
#include "ports/linux/profile/test_pause.h"

namespace p3a {
namespace {

using Waits = std::vector<Micros>;

StoragePath path(std::string_view text) { return *StoragePath::parse(text); }

ByteView bytes_of(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

struct ThrottledDiskTest : testing::Test {
  FakeDisk below;
  FakeClock clock;
  TestPause pause{clock};
  ThrottledDisk disk{below, clock, pause};
};

TEST_F(ThrottledDiskTest, WritingTakesTheCardsTimeAndReachesTheDiskBelow) {
  const std::string data(421'000, 'x');
  const auto file = disk.create(path("a.png"));
  ASSERT_TRUE(file);
  EXPECT_TRUE((*file)->write(bytes_of(data)));
  EXPECT_TRUE((*file)->sync());
  EXPECT_EQ(pause.take(), (Waits{7600us, 100'000us, 22'800us}));
  EXPECT_EQ(below.contents("a.png"), data);
}

TEST_F(ThrottledDiskTest, ReplacingAFileIsWhatItIsOnFat) {
  below.put("old.png", "old");
  below.put("new.tmp", "new");
  EXPECT_EQ(disk.exchange(path("new.tmp"), path("old.png")), false);
  EXPECT_EQ(pause.take(), Waits{53'200us});
  EXPECT_EQ(below.contents("old.png"), "new");
  EXPECT_FALSE(disk.overwrite(path("old.png")));
  EXPECT_TRUE(disk.rename(path("old.png"), path("other.png")));
  EXPECT_TRUE(disk.remove(path("other.png")));
  EXPECT_TRUE(disk.remove(path("other.png")));
  EXPECT_EQ(pause.take(), (Waits{15'200us, 22'800us, 0us}));
  EXPECT_TRUE(below.files().empty());
}

TEST_F(ThrottledDiskTest, ReadingIsChargedForWhatThereIs) {
  below.put("a.png", std::string(2500, 'x'));
  const auto file = disk.open(path("a.png"));
  ASSERT_TRUE(file);
  std::vector<std::uint8_t> out(4000);
  EXPECT_EQ((*file)->read_at(0, out), 2500U);
  EXPECT_EQ((*file)->read_at(2000, out), 500U);
  EXPECT_EQ((*file)->read_at(9000, out), 0U);
  EXPECT_EQ(pause.take(), (Waits{1000us, 200us, 0us}));
}

// Two threads that want it at the same moment: the second one waits for both.
TEST_F(ThrottledDiskTest, TheCardDoesOneThingAtATime) {
  OneAtATime card;
  EXPECT_EQ(card.take(Instant(1s), 10ms), Instant(1010ms));
  EXPECT_EQ(card.take(Instant(1s), 5ms), Instant(1015ms));
  EXPECT_EQ(card.take(Instant(2s), 5ms), Instant(2005ms));
}

TEST_F(ThrottledDiskTest, WhatFailsBelowFailsHere) {
  below.fail_from(1, ErrorCode::kStorageFull);
  EXPECT_EQ(disk.create(path("a.png")).error().code, ErrorCode::kStorageFull);
}

// The clock stands still: only end() brings it back.
TEST(ClockPause, NobodyWaitsAnyMoreWhenTheDisplayStops) {
  FakeClock clock;
  ClockPause pause(clock);
  std::thread waiting([&] { pause.until(clock.now() + 9'000s); });
  pause.end();
  waiting.join();
  pause.until(clock.now() + 9'000s);
  EXPECT_EQ(clock.now(), Instant(1s));
}

}  // namespace
}  // namespace p3a
