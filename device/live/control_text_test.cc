// The messages against tests/vectors/control.json, the same texts as the other languages read.
#include "device/live/control_text.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "device/live/test_stage.h"
#include "ports/fake/repository_file.h"

namespace p3a {
namespace {

// Whether the vectors hold a message with exactly this text (as JSON writes it in a JSON string).
bool in_vectors(const std::string& message) {
  std::ifstream file(repository_file("tests/vectors/control.json"));
  const std::string vectors((std::istreambuf_iterator<char>(file)), {});
  EXPECT_FALSE(vectors.empty());
  JsonWriter writer;
  return vectors.contains("\"text\": " + writer.value(message).take());
}

constexpr Instant at(std::int64_t micros) { return Instant(Micros(micros)); }

TEST(ControlText, WhatTheDisplaySaysIsInTheVectors) {
  const FrameTimes times{at(81240417), at(81243100), at(81250002)};
  EXPECT_TRUE(in_vectors(ack_text({17, 41}, times)));
  EXPECT_TRUE(in_vectors(ack_text({1, {}}, times)));
  EXPECT_TRUE(in_vectors(ack_text({18, 42}, {at(81257101), {}, {}}, Drop::kQueueFull)));
  EXPECT_TRUE(in_vectors(pong_text({1000}, at(81230417), at(81230433))));
  EXPECT_TRUE(in_vectors(
      touch_text({.kind = TouchEvent::Kind::kDown, .id = 0, .x = 359, .y = 12}, at(81260000))));
  EXPECT_TRUE(in_vectors(key_request_text("dropped")));
  EXPECT_TRUE(in_vectors(
      source_text({Source::kStream, "TouchDesigner", true, Arbiter::Reason::kStarted, 0})));
  EXPECT_TRUE(
      in_vectors(source_text({Source::kStream, "Büro ✨", false, Arbiter::Reason::kTaken, 1})));
  const FrameLabel nineteenth{19, {}};
  EXPECT_TRUE(in_vectors(error_text(
      fail(ErrorCode::kBadFrame, "the header says that 5 bytes follow it, but 4 do").error(),
      &nineteenth)));
  EXPECT_TRUE(in_vectors(
      error_text(fail(ErrorCode::kInvalidJson, "a text message is one JSON object").error())));
}

TEST(ControlText, HelloAndStatsAreInTheVectors) {
  EXPECT_TRUE(in_vectors(hello_text({.name = "p3a",
                                     .id = "p3a-5f21c08e9d34",
                                     .version = "0.1.0",
                                     .size = {720, 720},
                                     .format = PixelFormat::kRgb888,
                                     .refresh_hz = 60,
                                     .jpeg_only = false,
                                     .limits = {},
                                     .picture_limits = {},
                                     .queue_depth = 3,
                                     .timeout_s = 5,
                                     .source = Source::kRotation,
                                     .now = at(81230417)})));
  StreamFigures figures;
  figures.frames_in = 61;
  figures.bytes_in = 4880000;
  figures.presented = 57;
  figures.dropped = {2, 1, 0, 0, 0, 0, 1};
  figures.fps = 57.5;
  figures.jitter = 1830us;
  figures.latency = {{210us, 900us}, {2683us, 4100us}, {6902us, 16100us}, {9585us, 20400us}};
  figures.waiting = 1;
  const std::string stats = stats_text(figures, Source::kStream, true, at(82230417));
  EXPECT_TRUE(in_vectors(stats)) << stats;
}

Result<ClientMessage> parsed(Patch members) {
  KnownMessages messages;
  return parse_client_message(messages, messages.teach("text", std::move(members)));
}

const Value kPing = std::string("ping");

TEST(ControlText, ReadsWhatAClientSays) {
  const auto hello = parsed(
      {{"type", std::string("hello")}, {"name", std::string("TouchDesigner")}, {"acks", true}});
  ASSERT_TRUE(hello);
  EXPECT_EQ(std::get<ClientHello>(*hello).name, "TouchDesigner");
  EXPECT_EQ(std::get<ClientHello>(*hello).acks, true);
  EXPECT_FALSE(std::get<ClientHello>(*hello).stats);
  const auto ping = parsed({{"type", kPing}, {"t0_us", -1000.0}});
  ASSERT_TRUE(ping);
  EXPECT_EQ(std::get<Ping>(*ping).t0_us, -1000);
  const auto take = parsed({{"type", std::string("take")}, {"for_s", std::int64_t{10}}});
  ASSERT_TRUE(take);
  EXPECT_TRUE(std::holds_alternative<Take>(*take));
}

TEST(ControlText, RefusesWhatIsWrong) {
  const Value kHello = std::string("hello");
  const Patch bad[] = {{},
                       {{"type", std::int64_t{1}}},
                       {{"type", kPing}},
                       {{"type", kPing}, {"t0_us", std::string("1000")}},
                       {{"type", kPing}, {"t0_us", true}},
                       {{"type", kPing}, {"t0_us", 0.5}},
                       {{"type", kPing}, {"t0_us", std::int64_t{1} << 60}},
                       {{"type", kPing}, {"t0_us", 1e300}},
                       {{"type", kHello}, {"acks", std::int64_t{1}}},
                       {{"type", kHello}, {"name", std::string(65, 'x')}}};
  for (const Patch& members : bad) {
    const auto message = parsed(members);
    ASSERT_FALSE(message);
    EXPECT_EQ(message.error().code, ErrorCode::kInvalidValue);
  }
  EXPECT_EQ(parsed({{"type", std::string("dance")}}).error().code, ErrorCode::kBadRequest);
  KnownMessages messages;
  EXPECT_EQ(parse_client_message(messages, std::string(4097, ' ')).error().code,
            ErrorCode::kPayloadTooLarge);
}

}  // namespace
}  // namespace p3a
