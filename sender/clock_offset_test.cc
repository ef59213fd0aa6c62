#include "sender/clock_offset.h"

#include <gtest/gtest.h>

#include "sender/latency_window.h"

namespace p3a::sender {
namespace {

Instant at(std::int64_t us) { return Instant(Micros(us)); }

TEST(ClockOffset, TheProtocolsExample) {
  ClockOffset clock;
  EXPECT_FALSE(clock.known());
  clock.add(at(1000), at(81'230'417), at(81'230'433), at(1416));
  ASSERT_TRUE(clock.known());
  EXPECT_EQ(clock.round_trip(), 400us);
  EXPECT_EQ(clock.offset(), Micros(81'229'217));
}

TEST(ClockOffset, TheShortestOfTheLastEightCounts) {
  ClockOffset clock;
  clock.add(at(0), at(5'100), at(5'100), at(200));        // offset 5000, 200 µs
  clock.add(at(1'000), at(9'000), at(9'000), at(9'000));  // held up on the way there
  EXPECT_EQ(clock.offset(), 5000us);
  for (int i = 0; i < 8; ++i) clock.add(at(0), at(7'500), at(7'500), at(1'000));
  EXPECT_EQ(clock.offset(), 7000us) << "what is long ago counts no more";
}

TEST(ClockOffset, AnAnswerBeforeItsQuestionIsNotTaken) {
  ClockOffset clock;
  clock.add(at(100), at(5), at(5), at(50));
  clock.add(at(100), at(50), at(40), at(120));
  EXPECT_FALSE(clock.known());
}

TEST(LatencyWindow, PercentilesOfTheLast512) {
  LatencyWindow window;
  EXPECT_EQ(window.percentile(0.5), 0us);
  for (int i = 0; i < 1000; ++i) window.add(1s);
  for (int i = 1; i <= 512; ++i) window.add(Micros(i));
  EXPECT_EQ(window.size(), 512u);
  EXPECT_EQ(window.percentile(0), 1us);
  EXPECT_EQ(window.percentile(0.5), 257us);
  EXPECT_EQ(window.percentile(0.99), 507us);
  EXPECT_EQ(window.percentile(1), 512us);
}

}  // namespace
}  // namespace p3a::sender
