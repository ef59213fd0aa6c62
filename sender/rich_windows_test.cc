#include "sender/rich_windows.h"

#include <gtest/gtest.h>

#include "core/codec/mixed_frame.h"
#include "core/codec/test_stream.h"
#include "sender/frame_encoder.h"
#include "sender/test_display.h"

namespace p3a::sender {
namespace {

constexpr Size kPanel{320, 240};
constexpr Rect kVideo{100, 60, 90, 90};  // not on tiles' edges

using Picture = p3x::TestPicture;

Pixels pixels_of(const Picture& picture) {
  return {picture.rgb.data(), picture.size, picture.size.width * std::size_t{3},
          InputFormat::kRgb888};
}

Picture art(std::uint32_t step) {
  Picture picture({40, 30});
  p3x::TestNoise noise(3);
  for (std::uint32_t i = 0; i < 40 * 30; ++i)
    picture.set(i % 40, i / 40, noise.below(3) * 0x203040);
  picture.fill({static_cast<std::int32_t>(step % 30), 24, 4, 4}, 0xFFC020);
  return picture.upscaled(kPanel);
}

Picture with_video(std::uint32_t step, std::uint32_t seed) {
  Picture picture = art(step);
  p3x::TestNoise noise(seed);
  for (std::uint32_t i = 0; i < kVideo.size().pixels(); ++i)
    picture.set(100 + i % kVideo.width, 60 + i / kVideo.width, noise.below(1U << 24));
  return picture;
}

Picture with_video(std::uint32_t step) { return with_video(step, step + 1); }

// Smooth at full resolution, with a square that walks.
Picture gradient(std::uint32_t step) {
  Picture picture(kPanel);
  for (std::uint32_t y = 0; y < kPanel.height; ++y)
    for (std::uint32_t x = 0; x < kPanel.width; ++x)
      picture.set(x, y, x * 3 / 4 << 16 | y << 8 | (x + y) * 2 / 5);
  picture.fill({static_cast<std::int32_t>(step * 3 % 280), 100, 30, 30}, 0xFFFFFF);
  return picture;
}

struct Rig {
  StreamOptions options{};
  TestEncoder images{};
  PanelFacts panel{.size = kPanel, .p3x = P3xLimits{.table_bits = 12, .picture_bytes = 4U << 20}};
  FrameEncoder encoder{images, options};
  p3x::TestMemory memory{8U << 20};
  p3x::Decoder decoder{memory.bytes()};
  Picture shown{kPanel};  ///< but for what lies in windows
  p3x::MixedFrame mixed{};
  bool key = false;

  Rig() { images.png_bytes = 20'000; }  // larger than a JPEG
  /// Decodes the P3X frame of what was encoded.
  EncodedFrame take(const Result<EncodedFrame>& frame) {
    EXPECT_TRUE(frame.has_value());
    if (!frame) return {};
    mixed = {};
    ByteView art_frame = frame->payload;
    if (frame->format == FrameFormat::kMixed) {
      const auto parsed = p3x::MixedFrame::parse(frame->payload);
      EXPECT_TRUE(parsed && parsed->windows.within(kPanel));
      if (parsed) mixed = *parsed;
      art_frame = mixed.p3x;
    } else if (frame->format != FrameFormat::kPixelArt) {
      return *frame;
    }
    key = (art_frame[0] & 15U) == 2;
    EXPECT_TRUE(decoder.decode(art_frame).has_value());
    decoder.paint_changes({shown.rgb.data(), kPanel, kPanel.width * 3UL});
    return *frame;
  }
  EncodedFrame encode(const Picture& picture) {
    return take(encoder.encode(pixels_of(picture), 75, panel));
  }
  EncodedFrame encode_exact(const Picture& picture, std::size_t limit = 1U << 20) {
    return take(encoder.encode_exact(pixels_of(picture), panel, limit));
  }
  bool is_art_exact(const Picture& picture) const {
    for (std::uint32_t y = 0; y < kPanel.height; ++y)
      for (const auto& run : p3x::VisibleRuns(mixed.windows, kPanel.width, y))
        if (!std::equal(&picture.rgb[(y * 320UL + run.from) * 3],
                        picture.rgb.data() + (y * 320UL + run.to) * 3,
                        &shown.rgb[(y * 320UL + run.from) * 3]))
          return false;
    return true;
  }
  std::uint64_t patched() const {
    std::uint64_t pixels = 0;
    for (const auto& patch : mixed.patches()) pixels += patch.area.size().pixels();
    return pixels;
  }
  bool is_png(std::size_t patch) const { return mixed.patches()[patch].file[0] == 0x89; }
};

TEST(RichWindows, TellWhatIsRichInATile) {
  const Rect tile{0, 0, 16, 16};
  Picture picture(kPanel);
  const auto richness = [&] { return richness_of(pixels_of(picture), tile); };
  EXPECT_EQ(richness(), Richness::kNone);
  const Picture cells = art(0);
  EXPECT_EQ(richness_of(pixels_of(cells), tile), Richness::kNone);
  const Picture noisy = with_video(0), smooth = gradient(90);
  EXPECT_EQ(richness_of(pixels_of(noisy), {112, 64, 16, 16}), Richness::kRich);
  EXPECT_EQ(richness_of(pixels_of(noisy), {96, 64, 16, 16}), Richness::kRich);
  EXPECT_EQ(richness_of(pixels_of(smooth), tile), Richness::kRich);
  p3x::TestNoise noise(1);  // text: few colours, sharp
  for (std::uint32_t i = 0; i < 256; ++i) picture.set(i % 16, i / 16, noise.below(2) * 0xFFFFFF);
  EXPECT_EQ(richness(), Richness::kNone);
}

TEST(RichWindows, PixelArtHasNone) {
  Rig rig;
  for (std::uint32_t i = 0; i < 40; ++i) {
    if (i % 8 == 0) rig.encoder.request_key();
    const EncodedFrame frame = rig.encode(art(i));
    EXPECT_EQ(frame.format, FrameFormat::kPixelArt);
    EXPECT_TRUE(frame.exact);
  }
}

TEST(RichWindows, AVideoBecomesOneAndTheArtAroundItStaysExact) {
  Rig rig;
  for (std::uint32_t i = 0; i < 60; ++i) {
    const Picture picture = with_video(i);
    const EncodedFrame frame = rig.encode(picture);
    EXPECT_EQ(frame.format, i < 2 ? FrameFormat::kPixelArt : FrameFormat::kMixed);
    ASSERT_TRUE(rig.is_art_exact(picture)) << i;
    if (i < 2) continue;
    EXPECT_EQ(rig.key, i == 2);
    ASSERT_EQ(rig.mixed.windows.areas().size(), 1U);
    EXPECT_EQ(rig.mixed.windows.areas()[0], (Rect{96, 48, 96, 112}));
    ASSERT_EQ(rig.mixed.patches().size(), 1U);
    EXPECT_FALSE(rig.is_png(0));
    EXPECT_TRUE(i < 4 || rig.mixed.p3x.size() < 60U) << rig.mixed.p3x.size();
    EXPECT_FALSE(frame.exact);
    EXPECT_EQ(frame.reason, "pixel art with rich parts");
  }
}

TEST(RichWindows, ADisplayThatDoesNotTakeThemGetsWhatItAlwaysGot) {
  Rig rig;
  rig.panel.formats &= ~PanelFacts::bit_of(FrameFormat::kMixed);
  for (std::uint32_t i = 0; i < 20; ++i)
    EXPECT_NE(rig.encode(with_video(i)).format, FrameFormat::kMixed);
}

TEST(RichWindows, OnlyWhatChangedIsSentAndWhatRestsIsMadeExact) {
  Rig rig;
  for (std::uint32_t i = 0; i < 4; ++i) rig.encode(with_video(i));
  std::uint64_t exact = 0;
  for (std::uint32_t i = 0; i < 60; ++i) {  // the video stands still, the sprite walks on
    const Picture picture = with_video(i, 4);
    const EncodedFrame frame = rig.encode(picture);
    ASSERT_TRUE(rig.is_art_exact(picture));
    EXPECT_TRUE(i + 1 >= RichWindows::kRestFrames || rig.patched() == 0) << i;
    for (std::size_t k = 0; k < rig.mixed.patches().size(); ++k) EXPECT_TRUE(rig.is_png(k));
    exact += rig.patched();
    EXPECT_TRUE(i < 59 || frame.exact);
  }
  EXPECT_EQ(exact, rig.mixed.windows.areas()[0].size().pixels());
}

TEST(RichWindows, AtRestAllIsMadeExactAsFarAsTheLinkGoes) {
  Rig rig;
  rig.images.png_bytes = 0;
  Picture picture(kPanel);
  for (std::uint32_t i = 0; i < 4; ++i) rig.encode(picture = with_video(i));
  std::uint64_t exact = 0;
  int pieces = 0;
  for (bool done = false; !done && pieces < 40; ++pieces) {
    const EncodedFrame frame = rig.encode_exact(picture, 12'000);
    EXPECT_LE(rig.patched(), 12U * 256);
    exact += rig.patched();
    done = frame.exact;
  }
  EXPECT_EQ(pieces, 4);  // two rows of six tiles each, of seven
  EXPECT_EQ(exact, 96U * 112);
}

TEST(RichWindows, AKeyHasAllOfThem) {
  Rig rig;
  for (std::uint32_t i = 0; i < 6; ++i) rig.encode(with_video(i));
  rig.encode(with_video(7, 6));
  EXPECT_EQ(rig.patched(), 0U);
  rig.encoder.request_key();
  rig.encode(with_video(8, 6));
  EXPECT_TRUE(rig.key);
  EXPECT_EQ(rig.patched(), 96U * 112);
}

TEST(RichWindows, OneThatIsRichNoMoreCloses) {
  Rig rig;
  for (std::uint32_t i = 0; i < 6; ++i) rig.encode(with_video(i));
  std::uint32_t frames = 0;
  while (rig.encode(art(frames)).format == FrameFormat::kMixed && frames < 1000) ++frames;
  EXPECT_LE(frames, 140U);
  EXPECT_TRUE(rig.shown.rgb == art(frames).rgb);
}

// Sprites over a smooth background cost what they cover, not the whole picture.
TEST(RichWindows, ABackgroundThatRestsIsSentOnce) {
  Rig rig;
  EXPECT_EQ(rig.encode(gradient(0)).format, FrameFormat::kJpeg);
  std::uint64_t pixels = 0;
  for (std::uint32_t i = 1; i < 60; ++i) {
    const EncodedFrame frame = rig.encode(gradient(i));
    if (i < 6) continue;
    ASSERT_EQ(frame.format, FrameFormat::kMixed) << i;
    for (std::size_t k = 0; k < rig.mixed.patches().size(); ++k)
      if (!rig.is_png(k)) pixels += rig.mixed.patches()[k].area.size().pixels();
  }
  EXPECT_LT(pixels / 54, kPanel.pixels() / 20);
}

TEST(RichWindows, APhotographThatRestsIsMadeExactInOneGo) {
  Rig rig;
  const EncodedFrame lossy = rig.encode(gradient(0));
  EXPECT_EQ(lossy.format, FrameFormat::kJpeg);
  EXPECT_FALSE(lossy.exact);
  const EncodedFrame exact = rig.encode_exact(gradient(0));
  EXPECT_EQ(exact.format, FrameFormat::kMixed);
  EXPECT_TRUE(exact.exact);
  EXPECT_EQ(rig.encode(gradient(1)).format, FrameFormat::kMixed);
  EXPECT_LT(rig.patched(), kPanel.pixels() / 20);
}

// All of it as PNG was sent in its place, and the next frame built on what had not been.
TEST(RichWindows, WhatWasEncodedAndIsTooLargeAtRestIsNotBuiltUpon) {
  Rig rig;
  rig.encode(gradient(0));
  rig.encode_exact(gradient(0));
  rig.encode(gradient(1));
  rig.encoder.request_key();
  const EncodedFrame whole = rig.encode_exact(gradient(1), 20'000);  // a PNG's size
  ASSERT_EQ(whole.format, FrameFormat::kPng);
  ASSERT_EQ(rig.encode(gradient(2)).format, FrameFormat::kMixed);
  EXPECT_TRUE(rig.key);
}

TEST(RichWindows, AVideoOfTheWholePictureIsNone) {
  Rig rig;
  rig.encode(gradient(0));
  rig.encode_exact(gradient(0));
  std::uint32_t mixed = 0;
  for (std::uint32_t i = 0; i < 40; ++i) {
    Picture picture = gradient(0);
    for (auto& byte : picture.rgb) byte = static_cast<std::uint8_t>(byte + i + 1);
    mixed += rig.encode(picture).format == FrameFormat::kMixed;
  }
  EXPECT_LE(mixed, 8U);
}

TEST(RichWindows, ASmallPartGoesAsPngWhereThatIsSmaller) {
  Rig rig;
  rig.encode(gradient(0));
  rig.encode_exact(gradient(0));
  rig.images.png_bytes = 500;
  const EncodedFrame frame = rig.encode(gradient(1));
  ASSERT_EQ(rig.mixed.patches().size(), 1U);
  EXPECT_TRUE(rig.is_png(0));
  EXPECT_TRUE(frame.exact);
}

}  // namespace
}  // namespace p3a::sender
