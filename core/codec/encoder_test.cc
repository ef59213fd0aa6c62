#include "core/codec/encoder.h"

#include <gtest/gtest.h>

#include "core/codec/test_stream.h"

namespace p3a::p3x {
namespace {

constexpr Size kPanel{180, 180};

EncoderOptions options_for(Size size) {
  return {.size = size, .table_bits = 12, .history_bytes = 4U << 20};
}

// A sprite over tiles, natively 45 pixels a side.
TestPicture scene(std::uint32_t step, std::uint32_t scroll = 0) {
  TestPicture picture({45, 45});
  for (std::uint32_t y = 0; y < 45; ++y)
    for (std::uint32_t x = 0; x < 45; ++x) {
      const std::uint32_t u = x + scroll;
      picture.set(x, y, ((u / 5 + y / 7) * 7 % 5) * 0x202830 + ((u * y) % 3) * 0x000810);
    }
  picture.fill({static_cast<std::int32_t>(step % 35), 20, 6, 9}, 0xFF8020);
  picture.fill({static_cast<std::int32_t>(step % 35 + 2), 22, 2, 2}, 0xFFFFFF);
  return picture;
}

TEST(Encoder, EveryPixelComesThrough) {
  TestStream stream(options_for(kPanel));
  for (std::uint32_t i = 0; i < 30; ++i) ASSERT_TRUE(stream.passes(scene(i).upscaled(kPanel))) << i;
}

TEST(Encoder, WhatItsMemoryHeldBeforeDoesNotMatter) {
  const EncoderOptions options = options_for(kPanel);
  TestMemory clean(*Encoder::memory_bytes(options)), dirty(*Encoder::memory_bytes(options));
  TestNoise noise(9);
  for (auto& byte : dirty.bytes()) byte = static_cast<std::uint8_t>(noise.below(256));
  Encoder first = *Encoder::make(options, clean.bytes());
  Encoder second = *Encoder::make(options, dirty.bytes());
  std::vector<std::uint8_t> a(200'000), b(200'000);
  for (std::uint32_t i = 0; i < 24; ++i) {
    if (i == 12) first.request_key(), second.request_key();
    const TestPicture picture = scene(i % 9 * 4, i / 9).upscaled(kPanel);
    const auto one = first.encode(picture.view(), a), other = second.encode(picture.view(), b);
    ASSERT_TRUE(one && other);
    ASSERT_TRUE(std::equal(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(one->size), b.begin(),
                           b.begin() + static_cast<std::ptrdiff_t>(other->size)));
  }
}

TEST(Encoder, NoiseAndColourRampsComeThrough) {
  TestStream stream(options_for({61, 37}));
  TestNoise noise(3);
  for (int i = 0; i < 6; ++i) {
    TestPicture picture({61, 37});
    for (std::uint32_t y = 0; y < 37; ++y)
      for (std::uint32_t x = 0; x < 61; ++x)
        picture.set(x, y, i % 2 == 0 ? noise.below(1U << 24) : x * 0x040201 + y * 0x010203);
    ASSERT_TRUE(stream.passes(picture)) << i;
  }
}

TEST(Encoder, SmallestAndOddSizesComeThrough) {
  for (const Size size : {Size{1, 1}, Size{1, 9}, Size{9, 1}, Size{8, 8}, Size{17, 3}}) {
    TestStream stream(options_for(size));
    TestNoise noise(size.width);
    for (int i = 0; i < 5; ++i) {
      TestPicture picture(size);
      for (auto& byte : picture.rgb) byte = static_cast<std::uint8_t>(noise.below(2) * 255);
      ASSERT_TRUE(stream.passes(picture)) << size.width << " x " << size.height;
    }
  }
}

TEST(Encoder, TwoSlicesComeThrough) {
  EncoderOptions options = options_for(kPanel);
  options.slices = 2;
  TestStream stream(options);
  for (std::uint32_t i = 0; i < 20; ++i)
    ASSERT_TRUE(stream.passes(scene(i, i).upscaled(kPanel))) << i;
  EXPECT_EQ(stream.decoder.grid().cells().width, 45U);
}

TEST(Encoder, AStillPictureTakesFourBytes) {
  TestStream stream(options_for(kPanel));
  const TestPicture picture = scene(3).upscaled(kPanel);
  ASSERT_TRUE(stream.passes(picture));
  for (int i = 0; i < 300; ++i) {  // past the wrap of the sequence number
    ASSERT_TRUE(stream.passes(picture));
    EXPECT_EQ(stream.last.size, 4U);
    EXPECT_EQ(stream.last.type, FrameType::kRepeat);
  }
}

TEST(Encoder, ALoopCostsAFewBytesOnItsSecondPass) {
  TestStream stream(options_for(kPanel));
  std::size_t first = 0, second = 0;
  for (std::uint32_t i = 0; i < 40; ++i) {
    ASSERT_TRUE(stream.passes(scene(i % 20 * 7).upscaled(kPanel)));
    (i < 20 ? first : second) += stream.last.size;
  }
  EXPECT_LT(second, 20U * 24);
  EXPECT_LT(second * 2, first);
}

TEST(Encoder, ScrollingCostsLittleMoreThanWhatComesIn) {
  TestStream stream(options_for(kPanel));
  std::size_t size = 0;
  for (std::uint32_t i = 0; i < 20; ++i) {
    ASSERT_TRUE(stream.passes(scene(0, i).upscaled(kPanel)));
    if (i > 9) size += stream.last.size;
  }
  EXPECT_LT(size, 10U * 150);
}

TEST(Encoder, AKeyFrameOnRequestStandsAlone) {
  TestStream stream(options_for(kPanel));
  for (std::uint32_t i = 0; i < 5; ++i) ASSERT_TRUE(stream.passes(scene(i).upscaled(kPanel)));
  stream.encoder.request_key();
  const TestPicture picture = scene(5).upscaled(kPanel);
  const ByteView key = stream.encode(picture);
  EXPECT_EQ(stream.last.type, FrameType::kKey);
  TestStream newcomer(options_for(kPanel));
  EXPECT_TRUE(newcomer.show(key));
  EXPECT_TRUE(newcomer.panel.rgb == picture.rgb);
  EXPECT_TRUE(stream.show(key));
  EXPECT_TRUE(stream.passes(scene(6).upscaled(kPanel)));
}

TEST(Encoder, FollowsTheGridWhenContentChanges) {
  TestStream stream(options_for(kPanel));
  for (std::uint32_t i = 0; i < 60; ++i) {
    TestPicture picture = scene(i).upscaled(kPanel);
    if (i > 5 && i < 12) picture.fill({static_cast<std::int32_t>(i * 7 + 1), 31, 57, 13}, 0x12FF34);
    ASSERT_TRUE(stream.passes(picture)) << i;
  }
}

// With some of the rows that repeat the one above named, and rubbish where they would be.
struct NamedRows {
  NamedRows(const TestPicture& picture, TestNoise& noise) : rgb(picture.rgb) {
    const std::size_t stride = picture.size.width * 3UL;
    for (std::uint32_t y = 0; y < picture.size.height; ++y) {
      const auto row = picture.rgb.begin() + static_cast<std::ptrdiff_t>(y * stride);
      const bool repeats = y > 0 && std::equal(row, row + static_cast<std::ptrdiff_t>(stride),
                                               row - static_cast<std::ptrdiff_t>(stride));
      const bool named = repeats && noise.below(4) != 0;
      row_of.push_back(named ? row_of.back() : static_cast<std::uint16_t>(y));
      if (named)
        std::fill_n(rgb.begin() + static_cast<std::ptrdiff_t>(y * stride), stride,
                    static_cast<std::uint8_t>(noise.below(256)));
    }
  }
  std::vector<std::uint8_t> rgb;
  std::vector<std::uint16_t> row_of;
};

TEST(Encoder, RowsThatAreKnownToRepeatNeedNotBeThere) {
  TestStream plain(options_for(kPanel)), named(options_for(kPanel));
  TestNoise noise(9);
  TestPicture picture = scene(0).upscaled(kPanel);
  Windows windows;
  for (std::uint32_t i = 0; i < 120; ++i) {
    if (noise.below(3) != 0) picture = scene(noise.below(9), noise.below(4)).upscaled(kPanel);
    if (noise.below(4) == 0)
      picture.fill({static_cast<std::int32_t>(noise.below(50)),
                    static_cast<std::int32_t>(noise.below(50)), 30, 7},
                   noise.below(1U << 24));
    if (noise.below(12) == 0) {
      windows = {};
      if (noise.below(2) != 0)
        windows.add({8, static_cast<std::int32_t>(noise.below(40)), 33, 21 + noise.below(9)});
    }
    plain.encoder.set_windows(windows);
    named.encoder.set_windows(windows);
    const NamedRows rows(picture, noise);
    std::vector<std::uint8_t> out(1 << 17);
    const auto size = named.encoder.encode(
        {rows.rgb.data(), picture.size, picture.size.width * 3UL, rows.row_of.data()}, out);
    ASSERT_TRUE(size.has_value());
    const ByteView expected = plain.encode(picture);
    ASSERT_TRUE(std::ranges::equal(expected, ByteView(out).first(size->size))) << i;
  }
}

TEST(Encoder, WithTooLittleRoomItSaysSoAndGoesOnWithAKey) {
  TestStream stream(options_for(kPanel));
  ASSERT_TRUE(stream.passes(scene(0).upscaled(kPanel)));
  std::array<std::uint8_t, 20> small{};
  const TestPicture noisy = scene(30, 17).upscaled(kPanel);
  const auto refused = stream.encoder.encode(noisy.view(), small);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, ErrorCode::kFrameTooLarge);
  EXPECT_TRUE(stream.passes(noisy));
  EXPECT_EQ(stream.last.type, FrameType::kKey);
}

TEST(Encoder, RefusesWhatTheReceiversMemoryCannotHold) {
  EncoderOptions options = options_for(kPanel);
  options.history_bytes = 2 * pictures_bytes({45, 45}, 1);
  TestMemory memory(*Encoder::memory_bytes(options));
  auto encoder = Encoder::make(options, memory.bytes());
  ASSERT_TRUE(encoder.has_value());
  std::vector<std::uint8_t> out(1 << 20);
  EXPECT_TRUE(encoder->encode(scene(0).upscaled(kPanel).view(), out).has_value());
  TestPicture fine(kPanel);
  TestNoise noise(4);
  for (auto& byte : fine.rgb) byte = static_cast<std::uint8_t>(noise.below(256));
  const auto refused = encoder->encode(fine.view(), out);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, ErrorCode::kDecodeLimit);
}

TEST(Encoder, RefusesOptionsOutOfRangeAndOtherSizes) {
  EXPECT_FALSE(Encoder::memory_bytes(options_for({0, 5})).has_value());
  EXPECT_FALSE(Encoder::memory_bytes(options_for({kMaxSide + 1, 5})).has_value());
  EncoderOptions options = options_for({8, 8});
  options.slices = 3;
  EXPECT_FALSE(Encoder::memory_bytes(options).has_value());
  TestMemory memory(64);
  EXPECT_FALSE(Encoder::make(options_for({8, 8}), memory.bytes().first(64)).has_value());
  TestStream stream(options_for({8, 8}));
  std::vector<std::uint8_t> out(1000);
  EXPECT_FALSE(stream.encoder.encode(TestPicture({9, 8}).view(), out).has_value());
}

}  // namespace
}  // namespace p3a::p3x
