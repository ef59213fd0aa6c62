#include "ports/client/beast_transport.h"

#include <gtest/gtest.h>

#include <thread>

#include "ports/client/steady_clock.h"
#include "ports/client/testing/test_server.h"

namespace p3a::sender {
namespace {

using testing::Bytes;
using testing::TestServer;

struct Heard final : TransportEvents {
  void on_open() override { ++opened; }
  void on_text(std::string_view text) override { texts.emplace_back(text); }
  void on_closed(std::string_view why) override { closed.emplace_back(why); }

  int opened = 0;
  std::vector<std::string> texts;
  std::vector<std::string> closed;
};

struct Rig {
  void connect(std::uint16_t port, Micros patience = 10s) {
    transport.connect({.host = "127.0.0.1", .port = port, .path = "/stream", .token = "secret"},
                      patience);
  }
  // Polls until it is so, 10 s at most.
  template <class Condition>
  bool until(Condition so) {
    const Instant end = clock.now() + 10s;
    while (!so()) {
      if (clock.now() > end) return false;
      transport.poll(clock.now() + 100ms, heard);
    }
    return true;
  }

  SteadyClock clock;
  BeastTransport transport;
  Heard heard;
};

TEST(BeastTransport, AFrameArrivesAsOneMessageBitForBit) {
  TestServer server;
  Rig rig;
  rig.connect(server.port());
  ASSERT_TRUE(rig.until([&] { return rig.heard.opened == 1; }));
  const Bytes head{1, 2, 3};
  for (const std::size_t size : {1u, 1000u, 65'536u, 2'000'000u}) {
    Bytes payload(size);
    for (std::size_t i = 0; i < size; ++i) payload[i] = static_cast<std::uint8_t>(i * 31);
    rig.transport.send_frame(head, payload);
    EXPECT_TRUE(rig.until([&] { return rig.transport.ready(); }));
    Bytes expected = head;
    expected.insert(expected.end(), payload.begin(), payload.end());
    ASSERT_TRUE(server.wait_frames(1));
    ASSERT_TRUE(rig.until([&] { return server.frames().back().size() == expected.size(); }));
    EXPECT_EQ(server.frames().back(), expected);
  }
  EXPECT_EQ(server.frames().size(), 4u);
}

TEST(BeastTransport, AsksForThePathWithTheTokenAndWithoutCompression) {
  TestServer server;
  Rig rig;
  rig.connect(server.port());
  ASSERT_TRUE(rig.until([&] { return rig.heard.opened == 1; }));
  const auto request = server.requests().at(0);
  EXPECT_EQ(request.target, "/stream");
  EXPECT_EQ(request.header("authorization"), "Bearer secret");
  EXPECT_EQ(request.header("host"), server.address());
  EXPECT_EQ(request.header("sec-websocket-extensions"), "");
}

TEST(BeastTransport, TextsGoBothWays) {
  TestServer server;
  Rig rig;
  rig.connect(server.port());
  ASSERT_TRUE(rig.until([&] { return rig.heard.texts.size() == 1; }));
  EXPECT_NE(rig.heard.texts[0].find("\"hello\""), std::string::npos);
  for (int i = 0; i < 3; ++i) rig.transport.send_text("{\"n\":" + std::to_string(i) + "}");
  ASSERT_TRUE(rig.until([&] { return server.texts().size() == 3; }));
  EXPECT_EQ(server.texts(), (std::vector<std::string>{"{\"n\":0}", "{\"n\":1}", "{\"n\":2}"}));
}

TEST(BeastTransport, AFrameAndTextsShareTheConnection) {
  TestServer server;
  Rig rig;
  rig.connect(server.port());
  ASSERT_TRUE(rig.until([&] { return rig.heard.opened == 1; }));
  const Bytes payload(500'000, 9);
  rig.transport.send_text("{}");
  rig.transport.send_frame(Bytes{1}, payload);
  rig.transport.send_text("{}");
  EXPECT_TRUE(rig.until([&] { return server.texts().size() == 2 && !server.frames().empty(); }));
  EXPECT_EQ(server.frames()[0].size(), 500'001u);
}

TEST(BeastTransport, WaitingForEverIsWaiting) {
  EXPECT_GT(to_steady(Instant::max()), std::chrono::steady_clock::now() + std::chrono::hours(1));
  Rig rig;
  std::atomic<bool> back{false};
  std::thread waiting([&] {
    rig.transport.poll(Instant::max(), rig.heard);
    back = true;
  });
  std::this_thread::sleep_for(20ms);
  EXPECT_FALSE(back);
  rig.transport.wake();
  waiting.join();
}

TEST(BeastTransport, WakeEndsAWaitFromAnotherThreadAndBeforehand) {
  Rig rig;
  rig.transport.wake();
  rig.transport.poll(Instant::max(), rig.heard);  // comes back
  std::thread other([&] { rig.transport.wake(); });
  rig.transport.poll(Instant::max(), rig.heard);
  other.join();
}

TEST(BeastTransport, NobodyThereIsSaid) {
  std::uint16_t port;
  {
    const TestServer gone;
    port = gone.port();
  }
  Rig rig;
  rig.connect(port);
  ASSERT_TRUE(rig.until([&] { return !rig.heard.closed.empty(); }));
  EXPECT_NE(rig.heard.closed[0].find("No display was reached at 127.0.0.1:"), std::string::npos);
  EXPECT_EQ(rig.heard.opened, 0);
}

TEST(BeastTransport, AServerThatNeverAnswersTheHandshakeIsGivenUp) {
  const testing::MutePort mute;
  Rig rig;
  rig.connect(mute.port(), 50ms);
  ASSERT_TRUE(rig.until([&] { return !rig.heard.closed.empty(); }));
  EXPECT_NE(rig.heard.closed[0].find("does not answer"), std::string::npos);
}

TEST(BeastTransport, ARefusalSaysWhatToDo) {
  for (const auto& [status, hint] :
       {std::pair{401u, "token"}, std::pair{403u, "http.hosts"}, std::pair{404u, "stream.mode"},
        std::pair{503u, "close one"}}) {
    TestServer server;
    server.decline = status;
    Rig rig;
    rig.connect(server.port());
    ASSERT_TRUE(rig.until([&] { return !rig.heard.closed.empty(); }));
    EXPECT_NE(rig.heard.closed[0].find(hint), std::string::npos) << rig.heard.closed[0];
  }
}

TEST(BeastTransport, ABrokenConnectionIsToldOnceAndTheNextOneWorks) {
  TestServer server;
  Rig rig;
  for (int round = 1; round <= 3; ++round) {
    rig.connect(server.port());
    ASSERT_TRUE(rig.until([&] { return rig.heard.opened == round; }));
    server.cut();
    ASSERT_TRUE(rig.until([&] { return static_cast<int>(rig.heard.closed.size()) == round; }));
    EXPECT_FALSE(rig.transport.ready());
  }
}

TEST(BeastTransport, ALinkThatStallsHoldsTheFrameBackNotTheCaller) {
  TestServer server;
  server.stalled = true;
  Rig rig;
  rig.connect(server.port());
  ASSERT_TRUE(rig.until([&] { return rig.heard.opened == 1; }));
  const Bytes payload(12u << 20, 5);  // more than the machine keeps
  rig.transport.send_frame(Bytes{1}, payload);
  rig.transport.poll(rig.clock.now() + 50ms, rig.heard);
  EXPECT_FALSE(rig.transport.ready());
  server.stalled = false;
  EXPECT_TRUE(rig.until([&] { return rig.transport.ready(); }));
}

TEST(BeastTransport, ClosesWithAHandshakeWhenThereIsTimeForIt) {
  for (const Micros farewell : {Micros(10s), Micros{}}) {
    TestServer server;
    Rig rig;
    rig.connect(server.port());
    ASSERT_TRUE(rig.until([&] { return rig.heard.opened == 1; }));
    rig.transport.close(farewell);
    EXPECT_TRUE(rig.until([&] { return server.close_code >= 0; }));
    EXPECT_EQ(server.close_code, farewell > Micros{} ? 1000 : 0);
    EXPECT_TRUE(rig.heard.closed.empty());
  }
}

}  // namespace
}  // namespace p3a::sender
