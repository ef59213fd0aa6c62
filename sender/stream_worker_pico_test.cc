// Streams onto a p3a with its own firmware.
#include <gtest/gtest.h>

#include "sender/test_stream.h"

namespace p3a::sender {
namespace {

using Packet = std::vector<std::uint8_t>;

struct PicoRig : Rig {
  explicit PicoRig(const StreamOptions& wanted = {}, const char* address = "p3a:80")
      : Rig(wanted, address) {
    display.stock = true;
  }
  std::size_t videos() const {
    return static_cast<std::size_t>(std::ranges::count_if(
        display.packets, [](const auto& packet) { return packet.second.size() == 8246; }));
  }
  std::size_t pings() const { return display.packets.size() - videos(); }
};

TEST(PicoStream, AStockP3aIsFoundOutAndGetsItsOwnPackets) {
  PicoRig rig;
  rig.submit(200);
  rig.run_for(50ms);
  ASSERT_EQ(rig.display.destinations.size(), 2u);
  EXPECT_EQ(rig.display.destinations[0].path, "/stream");
  EXPECT_EQ(rig.display.destinations[1].path, "/pico_stream");
  EXPECT_LT(rig.display.connects[1] - Instant(1s), 10ms);
  ASSERT_EQ(rig.videos(), 1u);
  const Packet& packet = rig.display.packets[0].second;
  EXPECT_EQ(Packet(packet.begin(), packet.begin() + 6), (Packet{0x70, 0x38, 0x46, 0x30, 0x20, 1}));
  EXPECT_EQ(packet[6 + 3 * (packet[54 + 64 * 64 + 32] & 15u)], 200);  // in the middle
  EXPECT_TRUE(rig.display.texts.empty());
  const StreamStatus status = rig.status();
  EXPECT_EQ(status.state, StreamState::kOpen);
  EXPECT_EQ(status.panel_width, 128u);
  EXPECT_TRUE(status.on_panel);
  EXPECT_EQ(status.bytes_sent, 8246u);
  EXPECT_TRUE(rig.board.wait_settled(1, {}));
  ASSERT_TRUE(rig.worker.pico_to_leave());
  EXPECT_EQ(rig.worker.pico_to_leave()->port, 80);
}

TEST(PicoStream, ToldThatItIsOneItIsNotAsked) {
  PicoRig rig({.device = Device::kStock});
  rig.submit(1);
  rig.run_for(50ms);
  EXPECT_EQ(rig.display.destinations.front().path, "/pico_stream");
  EXPECT_EQ(rig.videos(), 1u);
}

TEST(PicoStream, ToldThatItIsNoneItStaysRefused) {
  PicoRig rig({.device = Device::kLive});
  rig.submit(1);
  rig.run_for(500ms);
  for (const Destination& destination : rig.display.destinations) {
    EXPECT_EQ(destination.path, "/stream");
  }
  EXPECT_FALSE(rig.status().error.empty());
  EXPECT_FALSE(rig.worker.pico_to_leave());
}

TEST(PicoStream, WhatIsNeitherIsToldInTheWordsOfTheFirstRefusal) {
  Rig rig;
  rig.display.stock = false;
  rig.display.declines = true;
  rig.submit(1);
  rig.run_for(2s);
  EXPECT_EQ(rig.status().error, "There is no stream at /stream (404).");
  EXPECT_LT(rig.display.connects.size(), 20u);  // it is not hammered
}

TEST(PicoStream, AtMostThirtyFramesASecondAndNoPingsBetweenThemThatMatter) {
  PicoRig rig;
  rig.stream_for(2s, 120);
  EXPECT_LE(rig.videos(), 62u);
  EXPECT_GE(rig.videos(), 57u);
  EXPECT_LE(rig.pings(), 21u);
}

TEST(PicoStream, AStillPictureIsSentOnceAndPingsKeepItThere) {
  PicoRig rig;
  rig.submit(9);
  rig.run_for(60s);
  EXPECT_EQ(rig.videos(), 1u);
  Instant last = rig.display.packets.front().first;
  for (const auto& [at, packet] : rig.display.packets) {
    EXPECT_LE(at - last, 2s);
    last = at;
    EXPECT_TRUE(packet.size() == 8246 || packet == (Packet{0x70, 0x38, 0x50}));
  }
  EXPECT_LE(rig.pings(), 62u);
  EXPECT_GE(rig.status().keep_alives, 55u);
  EXPECT_EQ(rig.status().connects, 1u);
}

TEST(PicoStream, OverASlowLinkFewerFramesAreOnTheWayAndTheNewestAreShown) {
  PicoRig rig;
  rig.display.distance = 200ms;  // answers come 400 ms later
  rig.stream_for(4s, 60);
  // 220 ms of frames for each answer: the last of them has waited for no more than that.
  EXPECT_GE(rig.videos(), 30u);
  EXPECT_LE(rig.videos(), 80u);
  EXPECT_EQ(rig.status().connects, 1u);
  EXPECT_GT(rig.status().round_trip_us, 390'000);
}

TEST(PicoStream, OneThatFallsSilentIsGivenUpAndOneThatComesBackShowsThePicture) {
  PicoRig rig;
  rig.submit(5);
  rig.run_for(100ms);
  rig.display.pongs = false;
  rig.run_for(8s);
  EXPECT_GE(rig.status().connects, 2u);
  rig.display.pongs = true;
  rig.display.vanish(true);
  const std::size_t before = rig.videos();
  rig.run_for(1s);
  EXPECT_GT(rig.videos(), before);
}

TEST(PicoStream, AnotherKindOfDisplayAtTheSameAddressIsFoundOutToo) {
  PicoRig rig;
  rig.submit(5);
  rig.run_for(100ms);
  rig.display.stock = false;  // it has got our firmware
  rig.display.vanish(true);
  rig.run_for(1s);
  EXPECT_EQ(rig.reds(), (std::vector{5, 5})) << "and once more without loss";
  EXPECT_FALSE(rig.worker.pico_to_leave());
}

}  // namespace
}  // namespace p3a::sender
