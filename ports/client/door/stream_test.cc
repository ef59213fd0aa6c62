#include <gtest/gtest.h>

#include "include/p3a/p3a.hpp"
#include "ports/client/testing/test_server.h"

namespace p3a {
namespace {

using testing::Bytes;
using testing::TestServer;
using namespace std::chrono_literals;

// Waits until it is so, 10 s at most.
template <class Condition>
bool until(Condition so) {
  const auto end = std::chrono::steady_clock::now() + 10s;
  while (!so()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(1ms);
  }
  return true;
}

PixelView rgba(const Bytes& pixels, std::uint32_t side) {
  return {.pixels = pixels.data(), .width = side, .height = side};
}

TEST(Stream, PixelsArriveBitForBitInTheirFrame) {
  TestServer server;
  StreamOptions options;
  options.encoding = Encoding::kRgb888;
  Stream stream = Stream::open(server.address(), options);
  Bytes pixels(64 * 64 * 4);
  for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] = static_cast<std::uint8_t>(i * 7);
  ASSERT_TRUE(stream.submit(rgba(pixels, 64)));
  ASSERT_TRUE(stream.wait_shown(10s)) << stream.status().error;

  const Bytes message = server.frames().at(0);
  ASSERT_EQ(message.size(), 8u + 32 + 64 * 64 * 3);
  EXPECT_EQ(Bytes(message.begin(), message.begin() + 4), (Bytes{0x44, 0x50, 0x05, 0x01}));
  Bytes rgb;
  for (std::size_t i = 0; i < pixels.size(); ++i) {
    if (i % 4 != 3) rgb.push_back(pixels[i]);
  }
  EXPECT_EQ(Bytes(message.begin() + 40, message.end()), rgb);
}

TEST(Stream, StatusTellsOfTheDisplayAndOfTheWay) {
  TestServer server;
  Stream stream = Stream::open(server.address());
  Bytes pixels(32 * 32 * 4);
  for (std::uint8_t i = 1; i <= 20; ++i) {
    pixels[0] = i;
    ASSERT_TRUE(stream.submit(rgba(pixels, 32)));
    ASSERT_TRUE(stream.wait_shown(10s));
  }
  ASSERT_TRUE(until([&] { return stream.status().latency_p50_us > 0; }));
  const StreamStatus status = stream.status();
  EXPECT_EQ(status.state, StreamState::kOpen);
  EXPECT_EQ(status.display_name, "Test");
  EXPECT_EQ(status.panel_width, 64u);
  EXPECT_EQ(status.submitted, 20u);
  EXPECT_EQ(status.shown, status.sent);
  EXPECT_GE(status.sent, 20u);
  EXPECT_EQ(status.connects, 1u);
  EXPECT_GT(status.round_trip_us, 0);
  EXPECT_GT(status.encode_p50_us, 0);
  EXPECT_GE(status.latency_p99_us, status.latency_p50_us);
}

TEST(Stream, ComesBackByItselfWithThePicture) {
  TestServer server;
  Stream stream = Stream::open(server.address());
  const Bytes pixels(32 * 32 * 4, 9);
  ASSERT_TRUE(stream.submit(rgba(pixels, 32)));
  for (std::size_t round = 1; round <= 3; ++round) {
    ASSERT_TRUE(server.wait_frames(round));
    server.cut();
  }
  ASSERT_TRUE(server.wait_frames(4));
  ASSERT_TRUE(until([&] { return stream.status().state == StreamState::kOpen; }));
  EXPECT_GE(stream.status().connects, 4u);
}

TEST(Stream, SubmittingIsNotHeldUpByALinkThatStalls) {
  TestServer server;
  server.talks = false;
  server.panel = 720;
  Stream stream = Stream::open(server.address());
  Bytes pixels(720 * 720 * 4, 1);
  ASSERT_TRUE(stream.submit(rgba(pixels, 720)));
  ASSERT_TRUE(server.wait_frames(1));
  server.stalled = true;
  auto slowest = 0ms;
  for (int i = 0; i < 200; ++i) {
    pixels[0] = static_cast<std::uint8_t>(i);
    const auto begun = std::chrono::steady_clock::now();
    ASSERT_TRUE(stream.submit(rgba(pixels, 720)));
    slowest = std::max(slowest, std::chrono::duration_cast<std::chrono::milliseconds>(
                                    std::chrono::steady_clock::now() - begun));
  }
  EXPECT_EQ(stream.status().submitted, 201u);
  EXPECT_LT(slowest, 5s) << "the link stalls for ever";
}

TEST(Stream, NobodyThereIsAStateNotAnEnd) {
  std::string address;
  {
    const TestServer gone;
    address = gone.address();
  }
  Stream stream = Stream::open(address);
  const Bytes pixels(16 * 4, 1);
  EXPECT_TRUE(stream.submit(rgba(pixels, 4)));
  EXPECT_FALSE(stream.wait_shown(50ms));
  ASSERT_TRUE(until([&] { return !stream.status().error.empty(); }));
  EXPECT_NE(stream.status().error.find("No display was reached"), std::string::npos);
  stream.close();
  EXPECT_EQ(stream.status().state, StreamState::kClosed);
  EXPECT_FALSE(stream.submit(rgba(pixels, 4)));
}

TEST(Stream, WhatCannotWorkFailsAtOnceWithASentence) {
  StreamOptions bad;
  bad.min_quality = 0;
  for (Stream& stream :
       std::array{Stream::open("pi:0"), Stream::open(""), Stream::open("pi", bad)}) {
    EXPECT_EQ(stream.status().state, StreamState::kFailed);
    EXPECT_FALSE(stream.status().error.empty());
    EXPECT_FALSE(stream.submit({}));
    EXPECT_FALSE(stream.wait_shown(1ms));
  }
  Stream none;
  EXPECT_EQ(none.status().state, StreamState::kClosed);
  EXPECT_FALSE(none.submit({}));
}

TEST(Stream, TouchesAreToldAndKept) {
  TestServer server;
  server.greetings = {R"({"type":"touch","kind":"down","id":3,"x":10,"y":20,"time_us":1})"};
  std::atomic<int> told{0};
  StreamOptions options;
  options.on_touch = [&](const PanelTouch&) { ++told; };
  Stream stream = Stream::open(server.address(), options);
  PanelTouch touch;
  ASSERT_TRUE(until([&] { return stream.next_touch(touch); }));
  EXPECT_EQ(touch.id, 3u);
  EXPECT_EQ(touch.x, 10u);
  EXPECT_EQ(told, 1);
}

TEST(Stream, ClosesWithAHandshake) {
  TestServer server;
  {
    Stream stream = Stream::open(server.address());
    ASSERT_TRUE(until([&] { return stream.status().state == StreamState::kOpen; }));
  }
  EXPECT_TRUE(until([&] { return server.close_code == 1000; }));
}

TEST(Stream, ManyThreadsMayAskWhileOneSubmits) {
  TestServer server;
  Stream stream = Stream::open(server.address());
  std::atomic<bool> done{false};
  std::vector<std::thread> askers;
  for (int i = 0; i < 3; ++i) {
    askers.emplace_back([&] {
      PanelTouch touch;
      while (!done) {
        stream.next_touch(touch);
        stream.wait_shown(1ms);
        const StreamStatus now = stream.status();  // one moment: frames go on between two calls
        EXPECT_LE(now.shown, now.sent);
      }
    });
  }
  Bytes pixels(64 * 64 * 4);
  for (std::uint32_t i = 0; i < 300; ++i) {
    pixels[i] = 200;
    ASSERT_TRUE(stream.submit(rgba(pixels, 64)));
    if (i % 100 == 50) server.cut();
    std::this_thread::sleep_for(1ms);
  }
  EXPECT_TRUE(until([&] { return stream.wait_shown(100ms); }));
  done = true;
  for (auto& asker : askers) asker.join();
}

}  // namespace
}  // namespace p3a
