#include "sender/reconnect.h"

#include <gtest/gtest.h>

#include <set>

namespace p3a::sender {
namespace {

TEST(Reconnect, WaitsDoubleUpToTheLongestAndStartAgainAfterSuccess) {
  Reconnect reconnect(50ms, 500ms, 1);
  Micros span = 50ms;
  for (int attempt = 0; attempt < 20; ++attempt) {
    const Micros wait = reconnect.next_wait();
    EXPECT_GE(wait, span / 2) << attempt;
    EXPECT_LE(wait, span) << attempt;
    span = std::min<Micros>(span * 2, 500ms);
  }
  reconnect.reached();
  EXPECT_LE(reconnect.next_wait(), 50ms);
}

TEST(Reconnect, AThousandSendersDoNotKnockTogether) {
  std::set<std::int64_t> waits;
  for (std::uint64_t seed = 0; seed < 1000; ++seed) {
    Reconnect reconnect(500ms, 500ms, seed);
    waits.insert(reconnect.next_wait().count() / 1000);
  }
  EXPECT_GT(waits.size(), 200u);  // of the 251 milliseconds there are
}

TEST(Reconnect, NonsenseBoundsStillWaitAndStillEnd) {
  Reconnect reconnect(0ms, -5ms, 1);
  for (int attempt = 0; attempt < 5; ++attempt) {
    const Micros wait = reconnect.next_wait();
    EXPECT_GT(wait, Micros{});
    EXPECT_LE(wait, 1ms);
  }
}

}  // namespace
}  // namespace p3a::sender
