#include "core/codec/decoder.h"

#include <gtest/gtest.h>

#include "core/codec/test_stream.h"

namespace p3a::p3x {
namespace {

constexpr Size kPanel{96, 64};

TestPicture picture_at(std::uint32_t step) {
  TestPicture picture({24, 16});
  TestNoise noise(77);
  for (std::uint32_t y = 0; y < 16; ++y)
    for (std::uint32_t x = 0; x < 24; ++x) picture.set(x, y, noise.below(5) * 0x203040);
  picture.fill({static_cast<std::int32_t>(step % 18), 4, 5, 6}, 0xE0A010);
  return picture.upscaled(kPanel);
}

TestStream stream_for_tests() {
  return TestStream({.size = kPanel, .table_bits = 10, .history_bytes = 1U << 18});
}

std::vector<std::uint8_t> copy(ByteView bytes) { return {bytes.begin(), bytes.end()}; }

TEST(Decoder, WantsAKeyFrameFirst) {
  TestStream stream = stream_for_tests();
  stream.encode(picture_at(0));
  const auto delta = copy(stream.encode(picture_at(1)));
  EXPECT_TRUE(stream.decoder.needs_key());
  EXPECT_FALSE(stream.show(delta));
  EXPECT_TRUE(stream.decoder.needs_key());
}

TEST(Decoder, NoticesAMissingFrameAndRecoversWithAKey) {
  TestStream stream = stream_for_tests();
  ASSERT_TRUE(stream.passes(picture_at(0)));
  stream.encode(picture_at(1));  // lost
  const TestPicture before = stream.panel;
  const auto orphan = copy(stream.encode(picture_at(2)));
  const auto refused = stream.decoder.decode(orphan);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, ErrorCode::kBadFrame);
  EXPECT_TRUE(stream.decoder.needs_key());
  EXPECT_TRUE(stream.panel.rgb == before.rgb);
  stream.encoder.request_key();
  EXPECT_TRUE(stream.passes(picture_at(3)));
  EXPECT_TRUE(stream.passes(picture_at(4)));
}

TEST(Decoder, NoFlippedBitIsShown) {
  TestStream stream = stream_for_tests();
  const auto key = copy(stream.encode(picture_at(0)));
  const auto delta = copy(stream.encode(picture_at(7)));
  std::size_t refused = 0, tried = 0, same = 0;
  for (std::size_t bit = 0; bit < delta.size() * 8; ++bit) {
    TestStream other = stream_for_tests();
    ASSERT_TRUE(other.show(key));
    const TestPicture before = other.panel;
    auto broken = delta;
    broken[bit / 8] = static_cast<std::uint8_t>(broken[bit / 8] ^ (1U << (bit % 8)));
    ++tried;
    if (!other.show(broken)) {
      ++refused;
      EXPECT_TRUE(other.panel.rgb == before.rgb);
    } else {
      same += other.panel.rgb == picture_at(7).rgb;
    }
  }
  // The check has 16 bits; the last bits of a code may be free.
  EXPECT_EQ(refused + same, tried);
}

TEST(Decoder, NoCutFrameIsShown) {
  TestStream stream = stream_for_tests();
  const auto key = copy(stream.encode(picture_at(0)));
  for (std::size_t size = 0; size < key.size(); ++size) {
    TestStream other = stream_for_tests();
    const bool shown = other.show(ByteView(key).first(size));
    EXPECT_TRUE(!shown || other.panel.rgb == picture_at(0).rgb) << size;
  }
}

TEST(Decoder, RefusesAnotherVersionAndKind) {
  TestStream stream = stream_for_tests();
  auto key = copy(stream.encode(picture_at(0)));
  for (const unsigned head : {0x02U, 0x22U, 0x14U, 0x1FU}) {
    key[0] = static_cast<std::uint8_t>(head);
    const auto refused = stream.decoder.decode(key);
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, ErrorCode::kUnsupportedFeature);
  }
}

TEST(Decoder, RefusesAStreamThatWantsMoreMemory) {
  TestStream stream = stream_for_tests();
  const auto key = copy(stream.encode(picture_at(0)));
  TestMemory little(models_bytes(kPanel, {.table_bits = 10}) + 100);
  Decoder decoder(little.bytes());
  const auto refused = decoder.decode(key);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, ErrorCode::kDecodeLimit);
}

TEST(Decoder, TheSmallestReceiverNeeds192KiBAndItsPictures) {
  const Parameters parameters{.table_bits = 14, .slices = 1};
  EXPECT_LE(models_bytes({720, 720}, parameters), 200U << 10);
  EXPECT_EQ(Decoder::memory_bytes({720, 720}, {64, 64}, parameters),
            models_bytes({720, 720}, parameters) + pictures_bytes({64, 64}, kMinPictures));
}

TEST(Decoder, PaintsOnlyWhatChanged) {
  TestStream stream = stream_for_tests();
  ASSERT_TRUE(stream.passes(picture_at(0)));
  const auto delta = copy(stream.encode(picture_at(1)));
  stream.panel.fill({0, 0, 96, 64}, 0x010203);
  ASSERT_TRUE(stream.show(delta));
  // Rows 4 to 9 of 16 changed, in two rows of blocks of the left half.
  EXPECT_EQ(stream.panel.rgb[(0 * 96 + 95) * 3], 1);
  EXPECT_EQ(stream.panel.rgb[(20 * 96 + 95) * 3], 1);
  EXPECT_EQ(stream.panel.rgb[(20 * 96 + 4) * 3], 0xE0);
  stream.decoder.paint({stream.panel.rgb.data(), kPanel, kPanel.width * 3UL});
  EXPECT_TRUE(stream.panel.rgb == picture_at(1).rgb);
}

TEST(Decoder, SlicesMayBeDecodedInAnyOrder) {
  EncoderOptions options{.size = kPanel, .table_bits = 10, .slices = 2, .history_bytes = 1U << 18};
  TestStream stream(options);
  for (std::uint32_t i = 0; i < 8; ++i) {
    const ByteView frame = stream.encode(picture_at(i));
    ASSERT_TRUE(stream.decoder.begin(frame).has_value());
    for (std::uint32_t slice = stream.decoder.slices(); slice-- > 0;)
      stream.decoder.decode_slice(slice);
    ASSERT_TRUE(stream.decoder.finish().has_value());
    stream.decoder.paint_changes({stream.panel.rgb.data(), kPanel, kPanel.width * 3UL});
    EXPECT_TRUE(stream.panel.rgb == picture_at(i).rgb);
  }
}

}  // namespace
}  // namespace p3a::p3x
