#include "ports/client/send/watch_words.h"

#include <gtest/gtest.h>

namespace p3a::sender {
namespace {

TEST(WatchWords, SayWhatTheDisplaySaid) {
  EXPECT_EQ(watch_words(R"({"type":"touch","kind":"down","id":2,"x":359,"y":12,"time_us":8})"),
            "touch: down 2 at 359,12");
  EXPECT_EQ(watch_words(R"({"type":"source","owner":"stream","name":"TD","you":false,)"
                        R"("reason":"started","waiting":1})"),
            "source: stream \"TD\" (started), 1 waiting");
  EXPECT_EQ(watch_words(R"({"type":"stats","frames_in":61,"presented":57,"fps":57.5,)"
                        R"("latency_us":{"total":{"p50":9585,"p99":20400}},"source":"stream"})"),
            "stats: 61 frames in, 57 shown, 58 fps, latency 9585/20400 us (p50/p99), "
            "on the panel: stream");
  EXPECT_EQ(watch_words(R"({"type":"error","code":"BAD_FRAME","error":"It is short."})"),
            "error: It is short. (BAD_FRAME)");
}

TEST(WatchWords, WhatIsMissingOrUnknownDoesNoHarm) {
  EXPECT_EQ(watch_words(R"({"type":"source"})"), "source: ? (?), 0 waiting");
  EXPECT_FALSE(watch_words(R"({"type":"ack","frame":1})"));
  EXPECT_FALSE(watch_words("no JSON"));
  EXPECT_FALSE(watch_words(""));
}

}  // namespace
}  // namespace p3a::sender
