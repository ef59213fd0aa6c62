#include "sender/frame_encoder.h"

#include <gtest/gtest.h>

#include "sender/test_display.h"

namespace p3a::sender {
namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr std::uint32_t kJpegOnly = PanelFacts::bit_of(FrameFormat::kJpeg);

struct Rig {
  explicit Rig(const StreamOptions& wanted = {}) : options(wanted) {}

  Result<EncodedFrame> encode(const Bytes& bytes, Size size, InputFormat format, int quality = 75) {
    return encoder.encode({bytes.data(), size, size.width * bytes_per_pixel(format), format},
                          quality, panel);
  }
  Bytes payload(const Bytes& bytes, Size size, InputFormat format) {
    const auto frame = encode(bytes, size, format);
    EXPECT_TRUE(frame.has_value());
    return frame ? Bytes(frame->payload.begin(), frame->payload.end()) : Bytes();
  }

  StreamOptions options;
  TestEncoder images;
  PanelFacts panel{.size = {2, 2}};
  FrameEncoder encoder{images, options};
};

const Bytes kTwoByTwo{10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110, 120};

TEST(FrameEncoder, APictureOfThePanelsSizeGoesOutUntouched) {
  Rig rig({.encoding = Encoding::kRgb888});
  const auto frame = rig.encode(kTwoByTwo, {2, 2}, InputFormat::kRgb888);
  ASSERT_TRUE(frame.has_value());
  EXPECT_EQ(frame->format, FrameFormat::kRgb888);
  EXPECT_EQ(frame->payload.data(), kTwoByTwo.data()) << "without a copy";
}

TEST(FrameEncoder, SixteenBitPixelsAreExactOnASixteenBitWire) {
  Rig rig({.encoding = Encoding::kRgb565});
  Bytes words;
  for (unsigned i = 0; i < 65536; ++i) {
    words.push_back(static_cast<std::uint8_t>(i));
    words.push_back(static_cast<std::uint8_t>(i >> 8));
  }
  rig.panel.size = {256, 256};
  EXPECT_EQ(rig.payload(words, {256, 256}, InputFormat::kRgb565), words);
}

TEST(FrameEncoder, FlipsAndSwapsAsAsked) {
  Rig rig({.encoding = Encoding::kRgb888, .flip_x = true});
  const Bytes bgra{30, 20, 10, 0, 60, 50, 40, 0, 90, 80, 70, 0, 120, 110, 100, 0};
  EXPECT_EQ(rig.payload(bgra, {2, 2}, InputFormat::kBgra8888),
            (Bytes{40, 50, 60, 10, 20, 30, 100, 110, 120, 70, 80, 90}));
}

TEST(FrameEncoder, FillsUpWithTheBackground) {
  Rig rig({.encoding = Encoding::kRgb888, .background = 0x010203});
  EXPECT_EQ(rig.payload({9, 9, 9, 9, 9, 9}, {2, 1}, InputFormat::kRgb888).size(), 12u);
  rig.panel.size = {2, 4};
  EXPECT_EQ(rig.payload({9, 9, 9, 9, 9, 9}, {2, 1}, InputFormat::kRgb888),
            (Bytes{1, 2, 3, 1, 2, 3, 9, 9, 9, 9, 9, 9, 1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3}));
}

TEST(FrameEncoder, TheTargetIsThePanelTheCallersOrThePicturesOwn) {
  const Bytes picture(8 * 8 * 4);
  const auto size_of = [&](const StreamOptions& options, const PanelFacts& panel) {
    Rig rig(options);
    rig.panel = panel;
    EXPECT_TRUE(rig.encode(picture, {8, 8}, InputFormat::kRgba8888).has_value());
    return rig.images.sizes.back();
  };
  const PanelFacts known{.size = {4, 4}};
  EXPECT_EQ(size_of({}, known), (Size{4, 4}));
  EXPECT_EQ(size_of({}, {}), (Size{8, 8}));
  EXPECT_EQ(size_of({.as_is = true}, known), (Size{8, 8}));
  EXPECT_EQ(size_of({.target_width = 3, .target_height = 5}, known), (Size{3, 5}));
  EXPECT_EQ(size_of({.target_width = 3, .target_height = 5}, {}), (Size{3, 5}));
}

TEST(FrameEncoder, RawPixelsHaveThePanelsSizeWhateverWasAsked) {
  Rig rig({.encoding = Encoding::kRgb888, .target_width = 7, .target_height = 7});
  EXPECT_EQ(rig.payload(Bytes(75), {5, 5}, InputFormat::kRgb888).size(), 12u);
}

TEST(FrameEncoder, AutoTakesTheFirstThatTheDisplayTakes) {
  struct Case {
    std::vector<FrameFormat> takes;
    FrameFormat expected;
  };
  for (const Case& c : {Case{{FrameFormat::kJpeg, FrameFormat::kPng}, FrameFormat::kJpeg},
                        Case{{FrameFormat::kRgb565, FrameFormat::kPng}, FrameFormat::kPng},
                        Case{{FrameFormat::kRgb565, FrameFormat::kRgb888}, FrameFormat::kRgb888},
                        Case{{FrameFormat::kRgb565}, FrameFormat::kRgb565}}) {
    Rig rig;
    rig.panel.formats = 0;
    for (const FrameFormat format : c.takes) rig.panel.formats |= PanelFacts::bit_of(format);
    const auto frame = rig.encode(kTwoByTwo, {2, 2}, InputFormat::kRgb888);
    ASSERT_TRUE(frame.has_value());
    EXPECT_EQ(frame->format, c.expected);
  }
}

TEST(FrameEncoder, WhatTheDisplayDoesNotTakeIsSaidNotSent) {
  Rig rig({.encoding = Encoding::kPng});
  rig.panel.formats = kJpegOnly;
  const auto frame = rig.encode(kTwoByTwo, {2, 2}, InputFormat::kRgb888);
  ASSERT_FALSE(frame.has_value());
  EXPECT_EQ(frame.error().code, ErrorCode::kUnsupportedFeature);
  Rig nothing;
  nothing.panel.formats = PanelFacts::bit_of(FrameFormat::kWebp);
  EXPECT_FALSE(nothing.encode(kTwoByTwo, {2, 2}, InputFormat::kRgb888).has_value());
}

TEST(FrameEncoder, AJpegOverTheLimitIsMadeAgainWithLessQuality) {
  Rig rig;
  rig.panel.limits.max_lossy_bytes = 5000;  // quality 50
  const auto first = rig.encode(kTwoByTwo, {2, 2}, InputFormat::kRgb888, 90);
  ASSERT_TRUE(first.has_value());
  EXPECT_LE(first->payload.size(), 5000u);
  EXPECT_LE(first->quality, 50);
  const std::size_t tries = rig.images.sizes.size();
  ASSERT_TRUE(rig.encode(kTwoByTwo, {2, 2}, InputFormat::kRgb888, 90).has_value());
  EXPECT_EQ(rig.images.sizes.size(), tries + 1) << "the next one begins where it fitted";

  rig.panel.limits.max_lossy_bytes = 200'000;
  int quality = 0;
  for (int i = 0; i < 60; ++i) {
    quality = rig.encode(kTwoByTwo, {2, 2}, InputFormat::kRgb888, 90)->quality;
  }
  EXPECT_EQ(quality, 90) << "and finds its way back";
}

TEST(FrameEncoder, WhatDoesNotFitEvenSoIsRefusedWithAWayOut) {
  Rig rig;
  rig.panel.limits = {.max_lossy_bytes = 1000, .max_lossless_bytes = 11};
  const auto jpeg = rig.encode(kTwoByTwo, {2, 2}, InputFormat::kRgb888);
  ASSERT_FALSE(jpeg.has_value());
  EXPECT_EQ(jpeg.error().code, ErrorCode::kFrameTooLarge);
  rig.options.encoding = Encoding::kRgb888;
  EXPECT_FALSE(rig.encode(kTwoByTwo, {2, 2}, InputFormat::kRgb888).has_value());
  rig.options.encoding = Encoding::kRgb565;
  EXPECT_TRUE(rig.encode(kTwoByTwo, {2, 2}, InputFormat::kRgb888).has_value());
}

}  // namespace
}  // namespace p3a::sender
