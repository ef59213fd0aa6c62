#include "sender/p3x_encoder.h"

#include <gtest/gtest.h>

#include "core/codec/test_stream.h"
#include "sender/frame_encoder.h"
#include "sender/test_display.h"

namespace p3a::sender {
namespace {

constexpr Size kPanel{160, 120};

Pixels pixels_of(const p3x::TestPicture& picture) {
  return {picture.rgb.data(), picture.size, picture.size.width * std::size_t{3},
          InputFormat::kRgb888};
}

p3x::TestPicture art(std::uint32_t step) {
  p3x::TestPicture picture({40, 30});
  picture.fill({0, 0, 40, 30}, 0x203060);
  picture.fill({static_cast<std::int32_t>(step), 10, 6, 8}, 0xFFC020);
  return picture.upscaled(kPanel);
}

p3x::TestPicture photo(std::uint32_t seed) {
  p3x::TestPicture picture(kPanel);
  p3x::TestNoise noise(seed);
  for (std::uint32_t y = 0; y < kPanel.height; ++y)
    for (std::uint32_t x = 0; x < kPanel.width; ++x)
      picture.set(x, y, (x + noise.below(6)) << 16 | (y + noise.below(6)) << 8 | noise.below(6));
  return picture;
}

struct Rig {
  StreamOptions options{};
  TestEncoder images{};
  PanelFacts panel{.size = kPanel, .p3x = P3xLimits{.table_bits = 12, .picture_bytes = 1U << 20}};
  FrameEncoder encoder{images, options};

  Result<EncodedFrame> encode(const p3x::TestPicture& picture) {
    return encoder.encode(pixels_of(picture), 75, panel);
  }
};

TEST(P3xEncoder, WhatItEncodesIsDecodedBitForBit) {
  P3xEncoder encoder;
  p3x::TestMemory memory(4U << 20);
  p3x::Decoder decoder(memory.bytes());
  p3x::TestPicture shown(kPanel);
  for (std::uint32_t i = 0; i < 6; ++i) {
    if (i == 3) encoder.request_key();
    const auto frame = encoder.encode(art(i).view(), {12, 1U << 20}, 100'000);
    ASSERT_TRUE(frame.has_value());
    ASSERT_TRUE(decoder.decode(*frame).has_value());
    decoder.paint_changes({shown.rgb.data(), kPanel, kPanel.width * std::size_t{3}});
    EXPECT_TRUE(shown.rgb == art(i).rgb);
  }
}

std::vector<std::uint8_t> with_alpha(const p3x::TestPicture& picture, p3x::TestNoise& noise) {
  std::vector<std::uint8_t> rgba;
  for (std::size_t i = 0; i < picture.rgb.size(); i += 3) {
    rgba.insert(rgba.end(), &picture.rgb[i], &picture.rgb[i] + 3);
    rgba.push_back(noise.below(4000) == 0 ? std::uint8_t{1} : std::uint8_t{255});
  }
  return rgba;
}

// Of pixels that have to be converted, only the rows that do not repeat are; R,G,B rows go in as
// they are. Both say the same, also where the rows are wanted whole in between: as PNG.
TEST(P3xEncoder, ConvertedRowsAreTheSameStream) {
  const StreamOptions options{.encoding = Encoding::kP3x};
  Rig plain{.options = options}, converted{.options = options};
  plain.images.png_is_small = converted.images.png_is_small = true;
  p3x::TestNoise noise(3);
  std::uint32_t pngs = 0;
  for (std::uint32_t i = 0; i < 24; ++i) {
    const p3x::TestPicture picture = i % 8 == 7 ? photo(i) : art(noise.below(30));
    const std::vector<std::uint8_t> rgba = with_alpha(picture, noise);
    plain.images.png_bytes = converted.images.png_bytes = i % 16 == 7 ? 500 : 60'000;
    const auto expected = plain.encode(picture);
    const auto frame = converted.encoder.encode(
        {rgba.data(), kPanel, kPanel.width * std::size_t{4}, InputFormat::kRgba8888}, 75,
        converted.panel);
    ASSERT_TRUE(expected && frame);
    EXPECT_EQ(frame->format, expected->format) << i;
    EXPECT_TRUE(std::ranges::equal(frame->payload, expected->payload)) << i;
    pngs += frame->format == FrameFormat::kPng;
  }
  EXPECT_GE(pngs, 1u);
  EXPECT_LT(pngs, 20u);
}

TEST(P3xEncoder, TellsPhotographsFromPixelArt) {
  EXPECT_FALSE(P3xEncoder::looks_rich(art(3).view()));
  EXPECT_TRUE(P3xEncoder::looks_rich(photo(1).view()));
}

TEST(P3xEncoder, IsChosenForPixelArtAndNotForPhotographs) {
  Rig rig;
  EXPECT_EQ(rig.encode(art(1))->format, FrameFormat::kPixelArt);
  EXPECT_EQ(rig.encode(art(1))->reason, "pixel art");
  EXPECT_EQ(rig.encode(photo(1))->format, FrameFormat::kJpeg);
  EXPECT_EQ(rig.encode(photo(1))->reason, "photograph or smooth colours");
  const auto frame = rig.encode(art(2));
  EXPECT_EQ(frame->format, FrameFormat::kPixelArt);
  EXPECT_LT(frame->payload.size(), 60u) << "the stream goes on where it was";
}

TEST(P3xEncoder, IsNotChosenForADisplayThatDoesNotKnowIt) {
  Rig rig;
  rig.panel.p3x.reset();
  EXPECT_EQ(rig.encode(art(1))->format, FrameFormat::kJpeg);
  EXPECT_EQ(rig.encode(art(1))->reason, "the display does not take P3X");
}

TEST(P3xEncoder, OnRequestItIsUsedForEverything) {
  Rig rig{.options = {.encoding = Encoding::kP3x}};
  rig.images.png_bytes = 60'000;
  EXPECT_EQ(rig.encode(photo(1))->format, FrameFormat::kPixelArt);
  rig.panel.limits.max_lossless_bytes = 100;
  EXPECT_EQ(rig.encode(photo(2)).error().code, ErrorCode::kFrameTooLarge);
}

TEST(P3xEncoder, AFrameIsNeverLargerThanAPng) {
  Rig rig{.options = {.encoding = Encoding::kP3x}};
  p3x::TestMemory memory(4U << 20);
  p3x::Decoder decoder(memory.bytes());
  ASSERT_TRUE(decoder.decode(rig.encode(art(1))->payload).has_value());
  rig.images.png_is_small = true;
  rig.images.png_bytes = 1000;
  std::uint32_t pngs = 0;
  for (std::uint32_t i = 0; i < 20; ++i) {
    const auto frame = rig.encode(photo(i));
    ASSERT_TRUE(frame.has_value());
    EXPECT_EQ(frame->format, FrameFormat::kPng);
    EXPECT_EQ(frame->payload.size(), 1000u);
    EXPECT_EQ(frame->reason, "smaller than P3X");
  }
  rig.images.png_bytes = 400;  // pixel art again: soon seen, and the stream goes on with a key
  while (rig.encode(art(pngs % 9 + 2))->format == FrameFormat::kPng) ++pngs;
  EXPECT_LE(pngs, 1u);
  const auto frame = rig.encode(art(7));
  EXPECT_EQ(frame->format, FrameFormat::kPixelArt);
}

TEST(P3xEncoder, AnErrorThatIsAskedForIsBounded) {
  const auto bytes = [](int max_error) {
    Rig rig{.options = {.max_error = max_error}};
    rig.images.png_bytes = 60'000;
    p3x::TestMemory memory(4U << 20);
    p3x::Decoder decoder(memory.bytes());
    p3x::TestPicture shown(kPanel);
    int largest = 0;
    std::size_t sum = 0;
    for (std::uint32_t i = 0; i < 4; ++i) {
      const p3x::TestPicture picture = photo(i);
      const auto frame = rig.encode(picture);
      EXPECT_EQ(frame->format, FrameFormat::kPixelArt);
      EXPECT_FALSE(frame->exact);
      EXPECT_TRUE(decoder.decode(frame->payload).has_value());
      decoder.paint({shown.rgb.data(), kPanel, kPanel.width * std::size_t{3}});
      for (std::size_t k = 0; k < shown.rgb.size(); ++k)
        largest = std::max(largest, std::abs(shown.rgb[k] - picture.rgb[k]));
      sum += frame->payload.size();
    }
    EXPECT_EQ(largest, max_error);
    return sum;
  };
  EXPECT_LT(bytes(4) * 2, bytes(1));
  EXPECT_LT(bytes(16), bytes(4));
}

TEST(P3xEncoder, ContentThatIsTooHeavyIsLeftToJpegForAWhile) {
  Rig rig;
  rig.panel.limits.max_lossless_bytes = 200;  // noise of strong colours does not look like a photo
  p3x::TestPicture noisy(kPanel);
  p3x::TestNoise noise(5);
  for (auto& byte : noisy.rgb) byte = static_cast<std::uint8_t>(noise.below(256));
  EXPECT_EQ(rig.encode(noisy)->format, FrameFormat::kJpeg);
  int jpegs = 0;
  EXPECT_EQ(rig.encode(art(3))->reason, "P3X was too large lately, tried again soon");
  while (rig.encode(art(3))->format == FrameFormat::kJpeg && jpegs < 1000) ++jpegs;
  EXPECT_GT(jpegs, 30);
  EXPECT_LT(jpegs, 100);
}

}  // namespace
}  // namespace p3a::sender
