#include "sender/pacer.h"

#include <gtest/gtest.h>

namespace p3a::sender {
namespace {

constexpr Micros kInterval(16'667);

// Sends each of the source's frames if the pacer lets it at once; returns how many went.
int passed_at_once(Micros source_interval, Micros jitter, int frames) {
  Pacer pacer;
  pacer.set_interval(kInterval);
  int passed = 0;
  for (int i = 0; i < frames; ++i) {
    const Instant now = Instant(1s) + i * source_interval + (i % 3 - 1) * jitter;
    if (now < pacer.due()) continue;
    pacer.on_sent(now);
    ++passed;
  }
  return passed;
}

TEST(Pacer, ASourceOfTheSameRatePassesWithItsJitter) {
  EXPECT_EQ(passed_at_once(kInterval, 3ms, 600), 600);
}

TEST(Pacer, AFasterSourceIsHeldToTheRate) {
  const int passed = passed_at_once(kInterval / 4, Micros{}, 2400);  // 10 s at 240 a second
  EXPECT_GE(passed, 590);
  EXPECT_LE(passed, 602);
}

TEST(Pacer, WithoutAnIntervalEverythingPasses) {
  Pacer pacer;
  pacer.on_sent(Instant(1s));
  EXPECT_LE(pacer.due(), Instant(1s));
}

TEST(Pacer, AfterSilenceThereIsNoBurst) {
  Pacer pacer;
  pacer.set_interval(kInterval);
  pacer.on_sent(Instant(1s));
  pacer.on_sent(Instant(10s));
  EXPECT_GE(pacer.due(), Instant(10s) + kInterval / 2);
}

}  // namespace
}  // namespace p3a::sender
