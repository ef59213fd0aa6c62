#include "sender/pico/pico_packet.h"

#include <gtest/gtest.h>

#include "sender/pico/pico_encoder.h"
#include "sender/pico/pico_pings.h"
#include "sender/pico/test_picture.h"

namespace p3a::sender {
namespace {

TEST(PicoPacket, AVideoPacketByteForByte) {
  Palette palette{};
  for (std::size_t i = 0; i < 16; ++i) palette[i] = {level(double(i)), level(100), level(200)};
  Bytes indices(128 * 128, 0);
  indices[0] = 1;    // left: low half
  indices[1] = 15;   // right: high half
  indices[128] = 7;  // begins the second row
  indices[128 * 128 - 1] = 9;
  std::array<std::uint8_t, kPicoVideoBytes> packet{};
  write_pico_video(palette, indices, packet);
  EXPECT_EQ(packet.size(), 8246u);
  const Bytes head(packet.begin(), packet.begin() + 6);
  EXPECT_EQ(head, (Bytes{0x70, 0x38, 0x46, 0x30, 0x20, 0x01}));  // 8240 = 0x2030
  EXPECT_EQ(Bytes(packet.begin() + 6, packet.begin() + 12), (Bytes{0, 100, 200, 1, 100, 200}));
  EXPECT_EQ(Bytes(packet.begin() + 51, packet.begin() + 54), (Bytes{15, 100, 200}));
  EXPECT_EQ(packet[54], 0xF1);
  EXPECT_EQ(packet[54 + 64], 0x07);
  EXPECT_EQ(packet[8245], 0x90);
}

TEST(PicoPacket, OnlyTheAnswerToAPingIsOne) {
  EXPECT_TRUE(is_pico_pong(Bytes{0x70, 0x38, 0x51}));
  EXPECT_FALSE(is_pico_pong(Bytes{0x70, 0x38, 0x50}));
  EXPECT_FALSE(is_pico_pong(Bytes{0x70, 0x38, 0x51, 0}));
  EXPECT_FALSE(is_pico_pong({}));
}

TEST(PicoPacket, TheEncoderShowsThePicture) {
  const Bytes rgb = plasma(0.5);
  PicoEncoder encoder;
  const ByteView packet = encoder.encode(rgb);
  ASSERT_EQ(packet.size(), kPicoVideoBytes);
  double off = 0;  // of 4 x 4 pixels together
  for (std::size_t y = 0; y < 128; y += 4) {
    for (std::size_t x = 0; x < 128; x += 4) {
      int sum = 0;
      for (std::size_t i = 0; i < 16; ++i) {
        const std::size_t pixel = (y + i / 4) * 128 + x + i % 4;
        const unsigned index = packet[54 + pixel / 2] >> (pixel % 2 * 4) & 15;
        sum += packet[6 + index * 3 + 1] - rgb[pixel * 3 + 1];
      }
      off += std::abs(sum) / 16.0;
    }
  }
  EXPECT_LT(off / 1024, 4);
}

TEST(PicoPings, OneAtATimeSoonAfterFramesElseNowAndThen) {
  PicoPings pings;
  const Instant start(5s);
  pings.begin(start);
  EXPECT_EQ(pings.due(), start + PicoPings::kAlone);
  pings.on_frame();
  EXPECT_EQ(pings.due(), start + PicoPings::kAfterFrames);
  const Instant sent = start + 100ms;
  pings.on_sent(sent);
  pings.on_frame();
  EXPECT_EQ(pings.due(), Instant::max());
  EXPECT_FALSE(pings.late(sent + 119ms));
  EXPECT_TRUE(pings.late(sent + 120ms));
  EXPECT_EQ(pings.on_answer(sent + 130ms), Micros(130ms));
  EXPECT_EQ(pings.on_answer(sent + 131ms), std::nullopt);
  EXPECT_FALSE(pings.late(sent + 140ms));
  EXPECT_EQ(pings.due(), sent + PicoPings::kAfterFrames);
}

}  // namespace
}  // namespace p3a::sender
