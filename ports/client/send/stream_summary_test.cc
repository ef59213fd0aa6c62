#include "ports/client/send/stream_summary.h"

#include <gtest/gtest.h>

#include "sender/json_object.h"

namespace p3a::sender {
namespace {

StreamStatus status(std::uint64_t sent, std::uint64_t shown, std::uint64_t connects) {
  StreamStatus status;
  status.sent = sent;
  status.shown = shown;
  status.dropped = sent - shown;
  status.bytes_sent = sent * 1500;
  status.connects = connects;
  status.fps = static_cast<double>(shown);
  status.latency_p50_us = static_cast<std::int64_t>(sent * 100);
  status.latency_p99_us = static_cast<std::int64_t>(sent * 200);
  return status;
}

TEST(StreamSummary, AddsUpAndTakesTheSlowest) {
  const StreamSummary all = summarise({status(60, 50, 1), status(40, 40, 3)}, 70, 2);
  EXPECT_EQ(all.frames_submitted, 70u);
  EXPECT_EQ(all.sent, 100u);
  EXPECT_EQ(all.shown, 90u);
  EXPECT_EQ(all.dropped, 10u);
  EXPECT_EQ(all.bytes, 150'000u);
  EXPECT_EQ(all.reconnects, 2u);
  EXPECT_EQ(all.fps, 20);
  EXPECT_EQ(all.latency_p50_us, 6000);
  EXPECT_EQ(all.latency_p99_us, 12'000);
}

TEST(StreamSummary, NeverReachedIsNoReconnectAndNoRate) {
  const StreamSummary all = summarise({StreamStatus{}}, 5, 0);
  EXPECT_EQ(all.reconnects, 0u);
  EXPECT_EQ(all.fps, 0);
}

TEST(StreamSummary, TheJsonHasThePromisedMembers) {
  StreamStatus broken = status(10, 10, 1);
  broken.error = "The \"display\" is gone.";
  const std::string text = summary_json({"left", "right"}, {status(60, 50, 1), broken}, 70, 2);
  const auto json = JsonObject::parse(text);
  ASSERT_TRUE(json) << text;
  EXPECT_EQ(json->whole("frames_submitted"), 70);
  EXPECT_EQ(json->whole("sent"), 70);
  EXPECT_EQ(json->whole("shown"), 60);
  EXPECT_EQ(json->whole("dropped"), 10);
  EXPECT_EQ(json->number("fps"), 5);
  EXPECT_EQ(json->whole("bytes"), 105'000);
  EXPECT_EQ(json->whole("reconnects"), 0);
  EXPECT_EQ(json->object("latency_ms")->number("p50"), 6);
  EXPECT_EQ(json->object("latency_ms")->number("p99"), 12);
  EXPECT_NE(text.find(R"({"to":"right","error":"The \"display\" is gone.",)"), std::string::npos);
}

TEST(StreamSummary, WordsForPeople) {
  EXPECT_EQ(live_words({status(60, 50, 1), status(40, 40, 1)}),
            "40.0 fps  1.5 kB/frame  latency 6.0/12.0 ms (p50/p99)  10 dropped");
  EXPECT_NE(summary_words(summarise({status(60, 50, 2)}, 70, 2)).find("1 reconnects"),
            std::string::npos);
}

}  // namespace
}  // namespace p3a::sender
