#include "sender/stream_worker.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

#include "sender/test_stream.h"

namespace p3a::sender {
namespace {

TEST(StreamWorker, APictureSubmittedBeforeTheConnectionIsShownAsSoonAsThereIsOne) {
  Rig rig;
  rig.submit(7);
  rig.run_for(50ms);
  ASSERT_EQ(rig.reds(), std::vector{7});
  EXPECT_LT(rig.display.frames[0].at - Instant(1s), 10ms);
  EXPECT_EQ(rig.display.frames[0].extension.capture_time, Micros(1s));
  const StreamStatus status = rig.status();
  EXPECT_EQ(status.state, StreamState::kOpen);
  EXPECT_EQ(status.sent, 1u);
  EXPECT_EQ(status.shown, 1u);
  EXPECT_EQ(status.display_name, "Test");
  EXPECT_EQ(status.panel_width, 4u);
  EXPECT_TRUE(rig.board.wait_settled(1, {}));
}

TEST(StreamWorker, SaysWhoItIsAndWhatItWantsToHear) {
  Rig rig({.name = "A \"show\""});
  rig.run_for(10ms);
  ASSERT_FALSE(rig.display.texts.empty());
  const std::string& hello = rig.display.texts.front();
  EXPECT_NE(hello.find("\"type\":\"hello\""), std::string::npos);
  EXPECT_NE(hello.find(R"(A \"show\")"), std::string::npos);
  EXPECT_NE(hello.find("\"acks\":true"), std::string::npos);
  EXPECT_NE(hello.find("\"touch\":true"), std::string::npos);
}

TEST(StreamWorker, AProgramThatStandsStillIsToldEvenAfterAReconnect) {
  const std::string stalled = R"({"type":"hello","stalled":true})";
  Rig rig;
  rig.run_for(10ms);
  EXPECT_EQ(std::ranges::count(rig.display.texts, stalled), 0);
  rig.worker.set_stalled(true);
  rig.run_for(10ms);
  EXPECT_EQ(std::ranges::count(rig.display.texts, stalled), 1);
  rig.display.vanish(true);
  rig.run_for(2s);
  EXPECT_EQ(std::ranges::count(rig.display.texts, stalled), 2);
  rig.worker.set_stalled(false);
  rig.run_for(10ms);
  EXPECT_EQ(std::ranges::count(rig.display.texts, R"({"type":"hello","stalled":false})"), 1);
}

TEST(StreamWorker, WhatHasNotChangedIsNotSentButLifeIsShown) {
  Rig rig;
  for (int i = 0; i < 300; ++i) {  // 5 s
    rig.submit(7);
    rig.run_for(16'667us);
  }
  EXPECT_EQ(rig.reds(), (std::vector{7, 7})) << "once as JPEG and once without loss";
  EXPECT_EQ(rig.status().unchanged, 299u);
  EXPECT_GE(rig.status().keep_alives, 4u);
  EXPECT_TRUE(rig.board.wait_settled(300, {})) << "the newest is on the panel too";
  rig.submit(8);
  rig.run_for(20ms);
  EXPECT_EQ(rig.reds(), (std::vector{7, 7, 8}));
}

TEST(StreamWorker, APictureThatRestsIsSentOnceMoreWithoutLoss) {
  Rig rig;
  rig.stream_for(1s);
  const int quality = rig.status().quality;
  const auto pngs = [&] {
    return std::ranges::count(rig.display.frames, FrameFormat::kPng, &TestDisplay::Frame::format);
  };
  EXPECT_EQ(pngs(), 0) << "not while it moves";
  const Instant rested = rig.display.frames.back().at;
  const int red = rig.display.frames.back().red();
  rig.run_for(5s);
  ASSERT_EQ(pngs(), 1);
  const auto& exact = rig.display.frames.back();
  EXPECT_EQ(exact.format, FrameFormat::kPng);
  EXPECT_EQ(exact.red(), red);
  EXPECT_GT(exact.at - rested, 300ms);
  EXPECT_LT(exact.at - rested, 600ms);
  EXPECT_EQ(rig.status().format_reason, "the picture rests");
  EXPECT_LT(rig.status().latency_p99_us, 100'000) << "what rests is not late";
  rig.submit(255);
  rig.run_for(50ms);
  EXPECT_EQ(rig.display.frames.back().format, FrameFormat::kJpeg);
  EXPECT_GE(rig.status().quality, quality);
}

TEST(StreamWorker, WhatWouldHoldTheNextPictureUpIsNotSentAgain) {
  Rig rig;
  rig.display.link = 60ms;  // a JPEG of 7,500 bytes
  rig.encoder.png_bytes = 40'000;
  rig.submit(7);
  rig.run_for(3s);
  EXPECT_EQ(rig.reds(), std::vector{7});
  rig.encoder.png_bytes = 10'000;
  rig.submit(8);
  rig.run_for(3s);
  EXPECT_EQ(rig.reds(), (std::vector{7, 8, 8}));
}

TEST(StreamWorker, WhatWasAskedForStaysAsItIs) {
  Rig rig({.encoding = Encoding::kJpeg});
  rig.submit(7);
  rig.run_for(3s);
  EXPECT_EQ(rig.reds(), std::vector{7});
}

TEST(StreamWorker, WhileTheLinkIsBusyTheNewestWins) {
  Rig rig;
  rig.display.link = 100ms;
  rig.submit(1);
  rig.run_for(10ms);  // on its way
  for (int red = 2; red <= 6; ++red) {
    rig.submit(red);
    rig.run_for(10ms);
  }
  rig.run_for(100ms);
  EXPECT_EQ(rig.reds(), (std::vector{1, 6}));
  EXPECT_EQ(rig.worker.replaced(), 4u);
}

TEST(StreamWorker, NoMoreThanTwoFramesAreOnTheirWay) {
  Rig rig;
  rig.display.acks = false;
  rig.stream_for(1900ms);
  EXPECT_EQ(rig.display.frames.size(), 2u);
  rig.run_for(300ms);
  EXPECT_GT(rig.display.frames.size(), 2u) << "lost frames do not stop the stream";
  EXPECT_GE(rig.status().lost, 2u);
}

TEST(StreamWorker, ALinkThatHoldsEverythingBackIsNotFilled) {
  Rig rig({.min_quality = 20, .max_quality = 20});
  rig.encoder.bytes_per_quality = 1000;
  rig.display.bytes_a_second = 10'000;  // half a frame
  for (int second = 0; second < 60; ++second) {
    rig.stream_for(1s);
    const auto status = rig.status();
    EXPECT_LE(rig.display.frames.size() - status.shown, 2u) << "after " << second << " s";
    EXPECT_EQ(status.lost, 0u);
  }
  EXPECT_GE(rig.status().shown, 25u);
  EXPECT_EQ(rig.display.connects.size(), 1u);
}

TEST(StreamWorker, AFrameThatTakesLongerThanSilenceMayLastComesThrough) {
  Rig rig({.min_quality = 20, .max_quality = 20});
  rig.encoder.bytes_per_quality = 1000;
  rig.display.bytes_a_second = 2000;  // ten seconds for a frame
  rig.stream_for(300s, 10);
  EXPECT_GE(rig.status().shown, 15u);
  EXPECT_LE(rig.display.connects.size(), 5u);
}

TEST(StreamWorker, OverADistanceMoreFramesAreOnTheirWay) {
  Rig rig;
  rig.display.distance = 50ms;
  rig.run_for(1s);  // the clocks
  const std::size_t before = rig.display.frames.size();
  rig.stream_for(2s);
  EXPECT_GT(rig.display.frames.size() - before, 100u);
}

TEST(StreamWorker, WithoutAcksTheMachineAloneHoldsBack) {
  Rig rig({.acks = false});
  rig.stream_for(1s);
  EXPECT_GT(rig.display.frames.size(), 55u);
  EXPECT_NE(rig.display.texts.front().find("\"acks\":false"), std::string::npos);
  EXPECT_GT(rig.display.destinations.front().send_buffer_bytes, 0u);
  EXPECT_TRUE(rig.board.wait_settled(rig.worker.submitted(), {}));
}

TEST(StreamWorker, ASourceThatIsTooFastIsHeldToTheRate) {
  Rig rig({.max_fps = 30});
  rig.stream_for(3s, 120);
  EXPECT_GT(rig.display.frames.size(), 80u);
  EXPECT_LT(rig.display.frames.size(), 95u);
}

TEST(StreamWorker, NoFasterThanThePanelRefreshes) {
  Rig rig({.max_fps = 0});
  rig.display.hello_members = R"("width":4,"height":4,"refresh_hz":50,"formats":["jpeg"],)"
                              R"("limits":{"max_frame_bytes":204800,"max_lossless_bytes":99},)";
  rig.stream_for(2s, 240);
  EXPECT_LT(rig.display.frames.size(), 105u);
  EXPECT_GT(rig.display.frames.size(), 90u);
}

TEST(StreamWorker, LatencyIsMeasuredAcrossTheTwoClocks) {
  std::vector<std::int64_t> told;
  Rig rig(
      {.on_shown = [&](std::chrono::microseconds latency) { told.push_back(latency.count()); }});
  rig.stream_for(2s);
  // 1 ms link, 2 ms distance, 5 ms to the panel, whatever its clock says.
  EXPECT_EQ(rig.status().latency_p50_us, 8000);
  EXPECT_EQ(rig.status().latency_p99_us, 8000);
  EXPECT_EQ(rig.status().send_p50_us, 3000);
  ASSERT_GT(told.size(), 50u);
  EXPECT_EQ(told.back(), 8000);
  EXPECT_EQ(rig.status().round_trip_us, 4000);
  EXPECT_EQ(rig.status().clock_offset_us, 3'600'000'000);
  EXPECT_NEAR(rig.status().fps, 60, 2);
}

TEST(StreamWorker, ADisplayThatComesBackShowsThePictureWithinASecond) {
  Rig rig;
  rig.submit(7);
  rig.run_for(3s);
  rig.display.reachable = false;
  rig.display.vanish(true);
  for (int away = 0; away < 20; ++away) {
    rig.run_for(1s + away * 37ms);
    EXPECT_NE(rig.status().state, StreamState::kOpen);
    EXPECT_FALSE(rig.status().error.empty());
  }
  rig.display.reachable = true;
  const Instant back = rig.clock.now();
  rig.run_for(1s);
  ASSERT_EQ(rig.reds(), (std::vector{7, 7, 7, 7})) << "each time as JPEG and without loss";
  EXPECT_LT(rig.display.frames[2].at - back, 1s);
  EXPECT_EQ(rig.status().connects, 2u);
  EXPECT_EQ(rig.status().error, "");
}

TEST(StreamWorker, ADisplayThatRefusesIsNotHammered) {
  Rig rig;
  rig.display.port = 81;
  rig.run_for(10s);
  EXPECT_LT(rig.display.connects.size(), 45u);
  EXPECT_GT(rig.display.connects.size(), 18u);
}

TEST(StreamWorker, AConnectionThatBreaksAtOnceIsNotHammeredEither) {
  Rig rig;
  for (int i = 0; i < 1000; ++i) {
    rig.run_for(10ms);
    if (rig.display.open()) rig.display.vanish(true);
  }
  EXPECT_LT(rig.display.connects.size(), 50u);
}

TEST(StreamWorker, ADisplayThatFallsSilentIsGivenUp) {
  Rig rig;
  rig.submit(7);
  rig.run_for(2s);
  rig.display.vanish(false);  // as when its plug is pulled
  rig.run_for(Session::kSilence + 500ms);
  EXPECT_EQ(rig.reds(), (std::vector{7, 7, 7, 7}));
}

TEST(StreamWorker, ADisplayThatIsSeldomAskedIsNotGivenUp) {
  Rig rig({.keep_alive = std::chrono::seconds(20)});
  rig.submit(7);
  rig.run_for(90s);
  EXPECT_EQ(rig.display.connects.size(), 1u);
}

TEST(StreamWorker, WithoutAPortTheOtherOneIsTriedAtOnceAndKept) {
  Rig rig({}, "display");
  rig.display.port = 8080;
  rig.submit(7);
  rig.run_for(100ms);
  EXPECT_EQ(rig.reds(), std::vector{7});
  rig.display.vanish(true);
  rig.run_for(200ms);
  ASSERT_EQ(rig.display.destinations.size(), 3u);
  EXPECT_EQ(rig.display.destinations[0].port, 80);
  EXPECT_EQ(rig.display.destinations[1].port, 8080);
  EXPECT_EQ(rig.display.destinations[2].port, 8080);
}

TEST(StreamWorker, ADisplayThatSaysNothingGetsPicturesAllTheSame) {
  Rig rig;
  rig.display.talks = false;
  rig.submit(7, 9);
  rig.run_for(Session::kHelloPatience + 50ms);
  ASSERT_EQ(rig.reds(), std::vector{7});
  EXPECT_EQ(rig.encoder.sizes.back(), (Size{9, 9})) << "of its panel nothing is known";
  EXPECT_TRUE(rig.board.wait_settled(1, {}));
  rig.run_for(5s);
  EXPECT_GE(rig.display.frames.size(), 4u) << "the picture itself shows life";
  EXPECT_EQ(rig.display.connects.size(), 1u) << "silence is not death";
}

TEST(StreamWorker, WhenAskedTheWholePictureComesAgain) {
  Rig rig;
  rig.submit(7);
  rig.run_for(100ms);
  rig.display.say(R"({"type":"key_request","reason":"dropped"})");
  rig.run_for(100ms);
  EXPECT_EQ(rig.reds(), (std::vector{7, 7}));
}

TEST(StreamWorker, WhoOwnsThePanelIsToldAndAReturnBringsThePictureBack) {
  Rig rig;
  rig.submit(7);
  rig.run_for(100ms);
  EXPECT_TRUE(rig.status().on_panel);
  rig.display.say(R"({"type":"source","owner":"raw","you":false,"reason":"taken","waiting":1})");
  rig.run_for(100ms);
  EXPECT_FALSE(rig.status().on_panel);
  EXPECT_EQ(rig.status().owner, "raw");
  rig.display.say(
      R"({"type":"source","owner":"stream","you":true,"reason":"released","waiting":0})");
  rig.run_for(100ms);
  EXPECT_TRUE(rig.status().on_panel);
  EXPECT_EQ(rig.reds(), (std::vector{7, 7}));
}

TEST(StreamWorker, WhatTheDisplayComplainsOfCanBeRead) {
  Rig rig;
  rig.run_for(50ms);
  rig.display.say(R"({"type":"error","code":"BAD_FRAME","error":"The header is cut short."})");
  rig.run_for(50ms);
  EXPECT_EQ(rig.status().error, "The header is cut short.");
  rig.submit(7);
  rig.run_for(50ms);
  EXPECT_EQ(rig.status().error, "") << "pictures flow again";
}

TEST(StreamWorker, DroppedFramesAreCountedAndTheRateFollows) {
  Rig rig;
  rig.display.acks = false;
  std::size_t told = 0;
  for (int i = 0; i < 240; ++i) {
    rig.submit(1 + i % 250);
    rig.run_for(16'667us);
    for (; told < rig.display.frames.size(); ++told) {
      const std::string number = std::to_string(told + 1);
      rig.display.say(
          told % 2 == 0
              ? R"({"type":"ack","received_us":1,"dropped":"queue_full","frame":)" + number + "}"
              : R"({"type":"ack","received_us":1,"presented_us":3,"frame":)" + number + "}");
    }
  }
  EXPECT_GT(rig.status().dropped, 20u);
  EXPECT_GT(rig.status().shown, 20u);
  EXPECT_LT(rig.status().fps_limit, 40);
}

TEST(StreamWorker, TouchesArriveInOrder) {
  std::vector<std::uint32_t> heard;
  Rig rig({.on_touch = [&](const PanelTouch& touch) { heard.push_back(touch.x); }});
  rig.run_for(20ms);
  rig.display.say(R"({"type":"touch","kind":"down","id":1,"x":2,"y":3,"time_us":1})");
  rig.display.say(R"({"type":"touch","kind":"up","id":1,"x":4,"y":3,"time_us":1})");
  rig.run_for(20ms);
  PanelTouch touch;
  ASSERT_TRUE(rig.board.next_touch(touch));
  EXPECT_EQ(touch.kind, PanelTouch::Kind::kDown);
  EXPECT_EQ(touch.id, 1u);
  EXPECT_EQ(touch.x, 2u);
  EXPECT_EQ(touch.y, 3u);
  ASSERT_TRUE(rig.board.next_touch(touch));
  EXPECT_EQ(touch.kind, PanelTouch::Kind::kUp);
  EXPECT_FALSE(rig.board.next_touch(touch));
  EXPECT_EQ(heard, (std::vector{2u, 4u}));
}

TEST(StreamWorker, TextsOfTomorrowAndRubbishAreIgnored) {
  Rig rig;
  rig.submit(7);
  rig.run_for(20ms);
  for (const char* text : {"", "{", "[]", "{}", R"({"type":5})", R"({"type":"dance"})",
                           R"({"type":"ack"})", R"({"type":"pong"})", R"({"type":"hello"})",
                           R"({"type":"ack","frame":99999999999999999999999})",
                           R"({"type":"hello","width":0,"height":-5})"}) {
    rig.display.say(text);
  }
  rig.run_for(100ms);
  rig.submit(8);
  rig.run_for(100ms);
  EXPECT_EQ(rig.reds().back(), 8);
  EXPECT_EQ(rig.display.connects.size(), 1u);
}

TEST(StreamWorker, AnEncoderThatFailsIsReportedAndTheStreamGoesOn) {
  Rig rig;
  rig.encoder.fails = true;
  rig.submit(7);
  rig.run_for(100ms);
  EXPECT_EQ(rig.status().failed, 1u);
  EXPECT_EQ(rig.status().error, "The encoder is out of order.");
  rig.encoder.fails = false;
  rig.submit(8);
  rig.run_for(100ms);
  EXPECT_EQ(rig.reds(), std::vector{8});
}

TEST(StreamWorker, EveryStateIsTold) {
  std::vector<StreamState> states;
  Rig rig({.on_state = [&](StreamState state) { states.push_back(state); }});
  rig.run_for(50ms);
  rig.display.vanish(true);
  rig.run_for(10ms);
  EXPECT_EQ(states,
            (std::vector{StreamState::kConnecting, StreamState::kOpen, StreamState::kWaiting}));
}

// A transport that hangs: the worker's thread is stuck inside it until the test lets go.
class HangingTransport final : public Transport {
 public:
  void connect(const Destination&, Micros) override {}
  bool ready() const override { return false; }
  void send_frame(ByteView, ByteView) override {}
  void send_text(std::string_view) override {}
  void poll(Instant, TransportEvents&) override {
    hanging = true;
    hanging.notify_all();
    released.wait(false);
  }
  void wake() override {}
  void close(Micros) override {}

  std::atomic<bool> hanging{false};
  std::atomic<bool> released{false};
};

TEST(StreamWorker, SubmittingGoesOnWhileTheTransportHangs) {
  TestClock clock;
  TestEncoder encoder;
  StreamBoard board;
  const StreamOptions options;
  HangingTransport transport;
  StreamWorker worker(transport, clock, encoder, board, options,
                      *parse_address("display:80", "/stream", ""), 1);
  std::thread thread([&] { worker.run(); });
  transport.hanging.wait(false);
  const std::vector<std::uint8_t> pixels(720 * 720 * 4);
  const PixelView view{.pixels = pixels.data(), .width = 720, .height = 720};
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(worker.submit(view, clock.now()));
  EXPECT_EQ(worker.submitted(), 100u);
  EXPECT_EQ(worker.replaced(), 99u);
  EXPECT_EQ(board.status().sent, 0u);
  worker.stop();
  transport.released = true;
  transport.released.notify_all();
  thread.join();
}

}  // namespace
}  // namespace p3a::sender
