#include "device/live/live.h"

#include "device/live/test_stage.h"

namespace p3a {
namespace {

std::string pixels(Rgb color, std::size_t count = 64) {
  std::string bytes;
  for (std::size_t i = 0; i < count; ++i) {
    bytes += static_cast<char>(color.r);
    bytes += static_cast<char>(color.g);
    bytes += static_cast<char>(color.b);
  }
  return bytes;
}

TEST(Live, SaysHelloAndShowsABarePicture) {
  TestDisplay display;
  TestClient client = display.connect();
  ASSERT_EQ(client.outbox->texts.size(), 1u);
  EXPECT_TRUE(client.outbox->texts[0].starts_with(R"({"type":"hello","version":1,)"));
  EXPECT_TRUE(client.outbox->texts[0].contains(R"("width":8,"height":8)"));
  client.send(jpeg("ff0000"));
  display.run();
  EXPECT_EQ(display.on_panel(), kRed);
  EXPECT_TRUE(display.stage.suspended);
  EXPECT_EQ(display.stage.frames.back().source, Source::kStream);
  EXPECT_TRUE(client.outbox->last("source").contains(
      R"("owner":"stream","name":"192.0.2.7:1000","you":true,"reason":"started","waiting":0)"));
  EXPECT_TRUE(client.outbox->last("ack").empty());
}

TEST(Live, AcknowledgesEveryFrameOnceWithItsTimes) {
  TestDisplay display;
  TestClient client = display.connect();
  client.client->on_text("acks");
  display.decode_time = 3ms;
  client.send(with_header(FrameFormat::kJpeg, {.sequence = 41}, jpeg("ff0000")));
  display.run_for(1ms);
  EXPECT_EQ(client.outbox->last("ack"),
            R"({"type":"ack","frame":1,"sequence":41,"received_us":1000000,)"
            R"("decoded_us":1003000,"presented_us":1003000})");
  EXPECT_EQ(client.outbox->count("\"ack\""), 1u);
}

TEST(Live, ASlowDecoderShowsTheNewestAndStaysAsLateAsItIs) {
  TestDisplay display;
  TestClient client = display.connect();
  client.client->on_text("acks");
  display.decode_time = 25ms;
  // A hundred frames a second; the colour says which one it is.
  std::uint32_t sent = 0;
  display.meanwhile = [&] {
    if (sent == 500 || display.clock.now() < Instant(1s + sent * 10ms)) return;
    char color[8];
    std::snprintf(color, sizeof color, "%06x", ++sent);
    client.send(jpeg(color));
  };
  while (sent < 500) {
    display.run_for(1ms);
    display.meanwhile();
  }
  display.run_for(1s);
  ASSERT_GT(display.stage.frames.size(), 150u);
  std::uint32_t before = 0;
  for (const FakeStage::Shown& frame : display.stage.frames) {
    const std::uint32_t number = frame.last.r * 65536u + frame.last.g * 256u + frame.last.b;
    EXPECT_GT(number, before);  // in order, none twice
    before = number;
    EXPECT_LE(frame.at - Instant(1s + (number - 1) * 10ms), 37ms);  // a decode and one interval
  }
  EXPECT_EQ(before, 500u);
  EXPECT_EQ(client.outbox->count("\"ack\""), 500u);
  EXPECT_EQ(client.outbox->count("presented_us"), display.stage.frames.size());
  EXPECT_EQ(client.outbox->count("queue_full"), 500u - display.stage.frames.size());
}

TEST(Live, AFrameThatWaitsForTheRefreshIsSuperseded) {
  TestDisplay display;
  TestClient client = display.connect();
  client.client->on_text("acks");
  display.stage.not_before = display.clock.now() + 16ms;
  client.send(jpeg("ff0000"));
  display.run_for(1ms);
  client.send(jpeg("00ff00"));
  display.run_for(20ms);
  EXPECT_EQ(display.stage.frames.size(), 1u);
  EXPECT_EQ(display.on_panel(), kGreen);
  EXPECT_TRUE(
      client.outbox->count(
          R"("frame":1,"received_us":1000000,"decoded_us":1000000,"dropped":"superseded")") == 1);
}

TEST(Live, FramesAreShownAtTheirPresentationTime) {
  TestDisplay display;
  TestClient client = display.connect();
  const Instant start = display.clock.now();
  client.send(with_header(FrameFormat::kJpeg, {.presentation_time = start + 50ms}, jpeg("ff0000")));
  client.send(with_header(FrameFormat::kJpeg, {.presentation_time = start + 60ms}, jpeg("00ff00")));
  display.run_for(40ms);
  EXPECT_TRUE(display.stage.frames.empty());
  display.run_for(100ms);
  ASSERT_EQ(display.stage.frames.size(), 2u);
  EXPECT_EQ(display.stage.frames[0].at, start + 50ms);
  EXPECT_EQ(display.stage.frames[1].at, start + 60ms);
  client.client->on_text("acks");
  client.send(with_header(FrameFormat::kJpeg, {.presentation_time = start + 55ms}, jpeg("ff0000")));
  display.run();
  EXPECT_EQ(client.outbox->count(R"("dropped":"late")"), 1u);
}

TEST(Live, ATimeFarAheadIsAnErrorAndTheFrameIsShownAtOnce) {
  TestDisplay display;
  TestClient client = display.connect();
  client.send(with_header(FrameFormat::kJpeg, {.presentation_time = display.clock.now() + 2s + 1us},
                          jpeg("ff0000")));
  display.run();
  EXPECT_EQ(display.on_panel(), kRed);
  EXPECT_TRUE(client.outbox->last("error").contains("INVALID_VALUE"));
}

TEST(Live, RawPixelsAreShownBitForBit) {
  TestDisplay display;
  TestClient client = display.connect();
  client.send(with_header(FrameFormat::kRgb888, {}, pixels({1, 2, 3})));
  display.run();
  EXPECT_EQ(display.stage.frames.back().first, (Rgb{1, 2, 3}));
  std::string words;
  for (int i = 0; i < 64; ++i) words += "\xE0\x07";  // green in RGB565
  client.send(with_header(FrameFormat::kRgb565, {}, words));
  display.run();
  EXPECT_EQ(display.on_panel(), kGreen);
  client.send(with_header(FrameFormat::kRgb888, {}, "abc"));
  EXPECT_TRUE(client.outbox->last("error").contains(R"("code":"LENGTH_MISMATCH")"));
}

TEST(Live, ARegionReplacesItsRectangleOnly) {
  TestDisplay display;
  display.stage.show_rotation(kBlue);
  TestClient client = display.connect();
  // Begins upon what the panel shows, and asks for a whole picture.
  client.send(with_header(FrameFormat::kJpeg, {.region = {4, 4, 4, 4}}, jpeg("ff0000")));
  display.run();
  EXPECT_EQ(display.stage.frames.back().first, kBlue);
  EXPECT_EQ(display.stage.frames.back().last, kRed);
  EXPECT_EQ(client.outbox->last("key_request"), R"({"type":"key_request","reason":"started"})");
  display.run_for(1500ms);
  EXPECT_EQ(client.outbox->count("key_request"), 2u);
  client.send(jpeg("00ff00"));
  client.send(with_header(FrameFormat::kRgb888, {.region = {0, 0, 2, 1}}, pixels(kRed, 2)));
  display.run_for(3s);
  EXPECT_EQ(display.stage.frames.back().first, kRed);
  EXPECT_EQ(display.stage.frames.back().last, kGreen);
  EXPECT_EQ(client.outbox->count("key_request"), 2u);
}

TEST(Live, ATornDeltaIsNeverShown) {
  TestDisplay display;
  TestClient client = display.connect();
  client.client->on_text("acks");
  client.send(with_header(FrameFormat::kJpeg, {.kind = FrameKind::kDelta}, jpeg("ff0000")));
  EXPECT_EQ(client.outbox->count("needs_key"), 1u);
  client.send(jpeg("00ff00"));
  display.run();
  client.send(
      "\xFF\xD8\xFF"
      "FAKE jpeg 8x8 bad");
  display.run();
  EXPECT_EQ(client.outbox->count("decode_failed"), 1u);
  EXPECT_TRUE(client.outbox->last("error").contains(R"("code":"DECODE_FAILED")"));
  client.send(with_header(FrameFormat::kJpeg, {.kind = FrameKind::kDelta}, jpeg("ff0000")));
  display.run();
  EXPECT_EQ(display.on_panel(), kGreen);
  EXPECT_EQ(client.outbox->count("needs_key"), 2u);
  EXPECT_TRUE(client.outbox->last("key_request").contains("dropped"));
}

TEST(Live, ABadFrameCostsAnErrorAndNothingElse) {
  TestDisplay display;
  TestClient client = display.connect();
  client.client->on_text("acks");
  client.send("hello");
  EXPECT_TRUE(client.outbox->last("error").contains(R"("code":"BAD_FRAME")"));
  EXPECT_TRUE(client.outbox->last("error").contains(R"("frame":1)"));
  EXPECT_TRUE(client.outbox->last("ack").contains(R"("dropped":"refused")"));
  display.run();
  EXPECT_FALSE(display.stage.suspended);  // it does not own the panel for that
  client.client->on_oversize();
  EXPECT_TRUE(client.outbox->last("error").contains("FRAME_TOO_LARGE"));
  for (int i = 0; i < 50; ++i) client.send("hello");
  EXPECT_EQ(client.outbox->count(R"("type":"error")"), 10u);
  EXPECT_EQ(client.outbox->count(R"("type":"ack")"), 52u);
  client.send(jpeg("ff0000"));
  display.run();
  EXPECT_EQ(display.on_panel(), kRed);
}

TEST(Live, TwoStreamsFightAndTheNewestOwnerWins) {
  TestDisplay display;
  TestClient first = display.connect("192.0.2.1:1");
  first.client->on_text("td");
  TestClient second = display.connect("192.0.2.2:2");
  first.client->on_text("acks");
  first.send(jpeg("ff0000"));
  display.run();
  second.send(jpeg("00ff00"));
  display.run();
  EXPECT_EQ(display.on_panel(), kGreen);
  EXPECT_TRUE(first.outbox->last("source").contains(
      R"("name":"192.0.2.2:2","you":false,"reason":"started","waiting":1)"));
  first.send(jpeg("ff0000"));
  display.run();
  EXPECT_EQ(display.on_panel(), kGreen);
  EXPECT_EQ(first.outbox->count("not_owner"), 1u);
  first.client->on_text("take");
  first.send(jpeg("ff0000"));
  display.run();
  EXPECT_EQ(display.on_panel(), kRed);
  EXPECT_EQ(display.stage.frames.back().name, "td");
  EXPECT_TRUE(second.outbox->last("source").contains(R"("reason":"taken")"));
  first.client.reset();
  second.send(jpeg("00ff00"));
  display.run();
  EXPECT_EQ(display.on_panel(), kGreen);
  EXPECT_TRUE(display.live->source_json().contains(R"("name":"192.0.2.2:2")"));
}

TEST(Live, TheRotationComesBackWhenAStreamClosesOrFallsSilent) {
  TestDisplay display;
  TestClient client = display.connect();
  client.send(jpeg("ff0000"));
  display.run();
  client.client.reset();
  display.run();
  EXPECT_FALSE(display.stage.suspended);

  client = display.connect();
  client.send(jpeg("ff0000"));
  display.run_for(4900ms);
  EXPECT_TRUE(display.stage.suspended);
  display.run_for(200ms);
  EXPECT_FALSE(display.stage.suspended);
  EXPECT_TRUE(client.outbox->last("source").contains(R"("reason":"timeout")"));
  client.send(jpeg("00ff00"));
  display.run();
  EXPECT_EQ(display.on_panel(), kGreen);
}

TEST(Live, AStreamThatOnlyTalksKeepsThePanel) {
  TestDisplay display;
  TestClient client = display.connect();
  client.send(jpeg("ff0000"));
  display.run_for(4s);
  client.client->on_text("no JSON, but a message");
  display.run_for(4s);
  EXPECT_TRUE(display.stage.suspended);
  client.send("no picture, but a message");
  display.run_for(4s);
  EXPECT_TRUE(display.stage.suspended);
  client.client->on_oversize();
  display.run_for(4s);
  EXPECT_TRUE(display.stage.suspended);
  display.run_for(2s);
  EXPECT_FALSE(display.stage.suspended);
}

TEST(Live, TheLastPictureIsHeldForAStreamThatMayComeBack) {
  Config config;
  config.stream.hold = 2;
  TestDisplay display(config);
  TestClient client = display.connect();
  client.send(jpeg("ff0000"));
  display.run();
  client.client.reset();
  display.run_for(1900ms);
  EXPECT_TRUE(display.stage.suspended);
  EXPECT_TRUE(display.live->source_json().contains(R"("held":true)"));
  display.run_for(200ms);
  EXPECT_FALSE(display.stage.suspended);
}

TEST(Live, ThePageCanTakeAndRelease) {
  TestDisplay display;
  TestClient first = display.connect("192.0.2.1:1");
  TestClient second = display.connect("192.0.2.2:2");
  first.send(jpeg("ff0000"));
  second.send(jpeg("00ff00"));
  display.run();
  EXPECT_TRUE(display.live->take(1));
  first.send(jpeg("ff0000"));
  display.run();
  EXPECT_EQ(display.on_panel(), kRed);
  EXPECT_EQ(display.live->take(77).error().code, ErrorCode::kNotFound);
  display.live->release_owner();
  second.send(jpeg("00ff00"));
  display.run();
  EXPECT_EQ(display.on_panel(), kGreen);
  EXPECT_TRUE(display.live->source_json().contains(
      R"("released":[{"id":1,"address":"192.0.2.1:1","name":"192.0.2.1:1"}])"));
  display.live->release_all();
  display.run();
  EXPECT_FALSE(display.stage.suspended);
  EXPECT_TRUE(display.live->take(2));
  EXPECT_FALSE(display.live->source_json().contains(R"("released":[{"id":2)"));
}

TEST(Live, StatsComeOnceASecondToThoseWhoAsked) {
  TestDisplay display;
  TestClient client = display.connect();
  client.client->on_text("stats");
  display.decode_time = 4ms;
  for (int i = 0; i < 30; ++i) {
    client.send(jpeg("ff0000"));
    display.run_for(50ms);
  }
  EXPECT_EQ(client.outbox->count(R"("type":"stats")"), 1u);
  const std::string stats = client.outbox->last("stats");
  EXPECT_TRUE(stats.contains(R"("fps":20)")) << stats;
  EXPECT_TRUE(stats.contains(R"("jitter_us":0)")) << stats;
  EXPECT_TRUE(stats.contains(R"("decode":{"p50":3968,"p99":3968})")) << stats;  // within 6 %
  EXPECT_TRUE(stats.ends_with(R"("source":"stream","you":true})")) << stats;
  const std::string all = network_stats(*display.live);
  EXPECT_TRUE(all.contains(R"("frames_in":30)")) << all;
  EXPECT_TRUE(all.contains(R"("address":"192.0.2.7:1000")")) << all;
}

TEST(Live, CountsWhoComesBack) {
  TestDisplay display;
  for (int i = 0; i < 1000; ++i) {
    TestClient client = display.connect("192.0.2.7:" + std::to_string(i));
    client.client->on_text("td");
    client.send(jpeg("ff0000"));
  }
  TestClient client = display.connect();
  client.client->on_text("td");
  EXPECT_TRUE(network_stats(*display.live).contains(R"("reconnects":1000)"));
}

TEST(Live, TurnsAwayTheNinthStreamAndAllWhenSwitchedOff) {
  TestDisplay display;
  std::vector<TestClient> clients;
  for (int i = 0; i < 8; ++i) {
    clients.push_back(display.connect());
    EXPECT_GE(clients.back().client->buffer().size(), display.live->max_message_bytes());
  }
  const auto outbox = std::make_shared<FakeOutbox>();
  EXPECT_EQ(display.live->connect("a:1", outbox).error().code, ErrorCode::kBusy);
  display.configure([](Config& config) { config.stream.mode = StreamMode::kOff; });
  EXPECT_EQ(clients[0].outbox->closed, 1001);
  EXPECT_EQ(display.live->connect("a:1", outbox).error().code, ErrorCode::kNotFound);
}

TEST(Live, AlwaysHasABufferHoweverManyFramesWait) {
  Config config;
  config.stream.queue_depth = 10;
  TestDisplay display(config);
  std::vector<TestClient> clients;
  for (int i = 0; i < 8; ++i) clients.push_back(display.connect());
  for (int round = 0; round < 40; ++round)
    for (TestClient& client : clients) client.send(jpeg("ff0000"));
  for (TestClient& client : clients) EXPECT_FALSE(client.client->buffer().empty());
  display.run();
  EXPECT_EQ(display.on_panel(), kRed);
}

TEST(Live, WaitsWhenEveryFrameIsLent) {
  TestDisplay display;
  TestClient client = display.connect();
  display.stage.lend = false;
  client.send(jpeg("ff0000"));
  display.run_for(10ms);
  EXPECT_TRUE(display.stage.frames.empty());
  display.stage.lend = true;
  display.run_for(10ms);
  EXPECT_EQ(display.on_panel(), kRed);
}

TEST(Live, JpegOnlyRefusesTheRest) {
  Config config;
  config.stream.jpeg_only = true;
  TestDisplay display(config);
  TestClient client = display.connect();
  EXPECT_TRUE(client.outbox->texts[0].contains(R"("formats":["jpeg"])"));
  client.send(with_header(FrameFormat::kRgb888, {}, pixels(kRed)));
  EXPECT_TRUE(client.outbox->last("error").contains("UNSUPPORTED_FEATURE"));
}

TEST(Live, TouchesAreTurnedWithThePicture) {
  Config config;
  config.panel.rotation = Rotation::k90;
  TestDisplay display(config);
  TestClient client = display.connect();
  client.client->on_text("touch");
  EXPECT_TRUE(
      display.live->touch_panel({.kind = TouchEvent::Kind::kDown, .id = 1, .x = 7, .y = 2}));
  EXPECT_EQ(client.outbox->last("touch"),
            R"({"type":"touch","kind":"down","id":1,"x":2,"y":0,"time_us":1000000})");
  EXPECT_EQ(display.live->touch({.x = 8, .y = 0}).error().code, ErrorCode::kInvalidValue);
  EXPECT_EQ(display.live->touch_panel({.x = 8, .y = 0}).error().code, ErrorCode::kInvalidValue);
}

TEST(Live, SaysWhichStreamsProgramHasStopped) {
  TestDisplay display;
  TestClient client = display.connect();
  client.send(jpeg("ff0000"));
  display.run_for(1ms);
  const std::string stalled = R"("stalled":true)";
  EXPECT_FALSE(display.live->source_json().contains(stalled));
  client.client->on_text("stalled");
  EXPECT_TRUE(display.live->source_json().contains(stalled));
  EXPECT_TRUE(network_stats(*display.live).contains(stalled));
  client.client->on_text("going");
  EXPECT_FALSE(display.live->source_json().contains(stalled));
}

TEST(Live, OutlivesItsStage) {
  TestDisplay display;
  TestClient client = display.connect();
  client.send(jpeg("ff0000"));
  display.guest().stage_stopped();
  client.send(jpeg("ff0000"));
  client.client->on_text("take");
  display.live.reset();
  EXPECT_EQ(client.outbox->closed, 1001);
  client.client.reset();
  EXPECT_FALSE(display.stage.suspended);
}

}  // namespace
}  // namespace p3a
