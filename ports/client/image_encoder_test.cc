#include "ports/client/image_encoder.h"

#include <gtest/gtest.h>
#include <spng.h>
#include <turbojpeg.h>

#include <cmath>
#include <cstdlib>
#include <functional>
#include <memory>
#include <random>

#include "sender/frame_encoder.h"

namespace p3a::sender {
namespace {

using Bytes = std::vector<std::uint8_t>;
constexpr std::uint32_t kSide = 64;

// A smooth picture of any format, with rubbish where alpha is.
Bytes picture(InputFormat format, std::size_t stride) {
  Bytes bytes(stride * kSide, 0xEE);
  const std::size_t step = bytes_per_pixel(format);
  const bool bgr = format == InputFormat::kBgra8888;
  for (std::uint32_t y = 0; y < kSide; ++y) {
    for (std::uint32_t x = 0; x < kSide; ++x) {
      std::uint8_t* p = &bytes[y * stride + x * step];
      p[bgr ? 2 : 0] = static_cast<std::uint8_t>(x * 3);
      p[1] = static_cast<std::uint8_t>(y * 3);
      p[bgr ? 0 : 2] = 40;
    }
  }
  return bytes;
}

Bytes decode_jpeg(ByteView file) {
  const std::unique_ptr<void, int (*)(tjhandle)> turbo(tjInitDecompress(), tjDestroy);
  Bytes rgb(kSide * kSide * 3);
  EXPECT_EQ(tjDecompress2(turbo.get(), file.data(), file.size(), rgb.data(), kSide, 0, kSide,
                          TJPF_RGB, 0),
            0);
  return rgb;
}

int worst_difference(const Bytes& a, const Bytes& b) {
  int worst = 0;
  for (std::size_t i = 0; i < a.size(); ++i) worst = std::max(worst, std::abs(a[i] - b[i]));
  return worst;
}

TEST(ImageEncoder, JpegHasTheColoursOfEveryFormatAndStride) {
  LibraryImageEncoder encoder;
  const Bytes expected = picture(InputFormat::kRgb888, kSide * 3);
  for (const InputFormat format :
       {InputFormat::kRgb888, InputFormat::kRgba8888, InputFormat::kBgra8888}) {
    const std::size_t stride = kSide * bytes_per_pixel(format) + 20;
    const Bytes bytes = picture(format, stride);
    for (const int quality : {90, 95}) {
      const auto file =
          encoder.encode_jpeg({bytes.data(), {kSide, kSide}, stride, format}, quality, false);
      ASSERT_TRUE(file.has_value());
      EXPECT_LE(worst_difference(decode_jpeg(*file), expected), 8) << static_cast<int>(format);
    }
  }
}

TEST(ImageEncoder, QualityAndChromaDoWhatTheySay) {
  LibraryImageEncoder encoder;
  Bytes noise(kSide * kSide * 3);
  for (std::size_t i = 0; i < noise.size(); ++i) {
    noise[i] = static_cast<std::uint8_t>(i * 2654435761u >> 24);
  }
  const Pixels pixels{noise.data(), {kSide, kSide}, kSide * 3, InputFormat::kRgb888};
  const std::size_t low = encoder.encode_jpeg(pixels, 30, false)->size();
  const std::size_t high = encoder.encode_jpeg(pixels, 90, false)->size();
  const std::size_t full = encoder.encode_jpeg(pixels, 90, true)->size();
  EXPECT_LT(low, high);
  EXPECT_LT(high, full);
}

TEST(ImageEncoder, OneBufferServesSizesUpAndDown) {
  LibraryImageEncoder encoder;
  const Bytes bytes(800 * 800 * 3, 7);
  for (const std::uint32_t side : {16u, 800u, 1u, 799u, 33u}) {
    const auto file = encoder.encode_jpeg(
        {bytes.data(), {side, side}, side * 3, InputFormat::kRgb888}, 75, false);
    ASSERT_TRUE(file.has_value()) << side;
    EXPECT_EQ((*file)[0], 0xFF);
    EXPECT_EQ(file->back(), 0xD9);
  }
}

TEST(ImageEncoder, PngIsExact) {
  LibraryImageEncoder encoder;
  const Bytes bytes = picture(InputFormat::kRgb888, kSide * 3);
  for (int again = 0; again < 2; ++again) {
    const auto file = encoder.encode_png(
        {bytes.data(), {kSide, kSide}, kSide * 3, InputFormat::kRgb888}, PngEffort::kFast);
    ASSERT_TRUE(file.has_value());
    const std::unique_ptr<spng_ctx, void (*)(spng_ctx*)> context(spng_ctx_new(0), spng_ctx_free);
    spng_set_png_buffer(context.get(), file->data(), file->size());
    Bytes rgb(bytes.size());
    ASSERT_EQ(spng_decode_image(context.get(), rgb.data(), rgb.size(), SPNG_FMT_RGB8, 0), 0);
    EXPECT_EQ(rgb, bytes);
  }
}

using Paint = std::function<std::uint32_t(std::uint32_t x, std::uint32_t y)>;

Bytes painted(Size size, const Paint& colour) {
  Bytes rgb;
  for (std::uint32_t y = 0; y < size.height; ++y)
    for (std::uint32_t x = 0; x < size.width; ++x)
      for (const int shift : {16, 8, 0})
        rgb.push_back(static_cast<std::uint8_t>(colour(x, y) >> shift));
  return rgb;
}

std::uint32_t random_of(std::uint32_t x, std::uint32_t y) {
  std::uint32_t hash = x * 0x9E3779B1U ^ (y + 1) * 0x85EBCA6BU;
  hash = (hash ^ hash >> 15) * 0x2C1B3C6DU;
  return hash ^ hash >> 13;
}

// Art, noise, smooth colours, and what deflate is better at than P3X: few rows in any order.
const std::vector<std::pair<const char*, Paint>> kContents{
    {"one colour", [](auto, auto) { return 0x203040U; }},
    {"black", [](auto, auto) { return 0U; }},
    {"texels", [](auto x, auto y) { return random_of(x / 8, y / 8) % 6 * 0x281E0AU; }},
    {"fine texels", [](auto x, auto y) { return random_of(x / 2, y / 2) & 0xC0C0C0U; }},
    {"noise", [](auto x, auto y) { return random_of(x, y); }},
    {"a gradient", [](auto x, auto y) { return x << 16 | y << 8 | (x + y) / 2; }},
    {"waves", [](auto x, auto y) { return ((x * y >> 4) & 255) << 16 | ((x ^ y) & 255) * 5; }},
    {"few rows", [](auto x, auto y) { return random_of(x, random_of(7, y) % 6); }},
    {"letterbox", [](auto x, auto y) { return y / 40 % 2 == 0 ? 0 : random_of(x / 4, y / 4); }}};

TEST(ImageEncoder, APngIsSaidToTakeMoreOnlyIfItDoes) {
  LibraryImageEncoder encoder;
  for (const Size size : {Size{240, 160}, Size{37, 90}}) {
    for (const auto& [name, paint] : kContents) {
      const Bytes rgb = painted(size, paint);
      const Pixels pixels{rgb.data(), size, size.width * 3UL, InputFormat::kRgb888};
      const std::size_t png = encoder.encode_png(pixels, PngEffort::kSmall)->size();
      for (std::size_t bytes = png; bytes < png + 200; bytes += 1 + bytes / 60)
        EXPECT_FALSE(encoder.png_takes_more(pixels, bytes)) << name << ' ' << png;
      // A file of more than one IDAT chunk has 12 bytes for each.
      const std::size_t chunks = 12 * (1 + png / 8192);
      EXPECT_TRUE(encoder.png_takes_more(pixels, png - chunks)) << name << ' ' << png;
    }
  }
}

// docs/P3X.md, section 13.
TEST(ImageEncoder, NoP3xFrameTakesMoreThan1_02TimesItsPng) {
  constexpr Size kSize{240, 160};
  for (const Encoding encoding : {Encoding::kP3x, Encoding::kAuto}) {
    LibraryImageEncoder encoder, reference;
    const StreamOptions options{.encoding = encoding};
    FrameEncoder frames(encoder, options);
    const PanelFacts panel{.size = kSize,
                           .p3x = P3xLimits{.table_bits = 12, .picture_bytes = 1U << 20}};
    int as_png = 0;
    for (std::uint32_t i = 0; i < 3 * kContents.size(); ++i) {
      const auto& [name, paint] = kContents[i / 3];
      const Bytes rgb = painted(kSize, [&](auto x, auto y) { return paint(x + i % 3, y + i % 3); });
      const Pixels pixels{rgb.data(), kSize, kSize.width * 3UL, InputFormat::kRgb888};
      const auto frame = frames.encode(pixels, 75, panel);
      ASSERT_TRUE(frame.has_value());
      if (frame->format != FrameFormat::kPixelArt && frame->format != FrameFormat::kPng) continue;
      as_png += frame->format == FrameFormat::kPng;
      const std::size_t png = reference.encode_png(pixels, PngEffort::kSmall)->size();
      EXPECT_LE(frame->payload.size() * 50, png * 51) << name << ' ' << i;
    }
    EXPECT_GE(as_png, 3) << "what P3X is not good at";
  }
}

// Texels of 8 × 8 pixels, a noisy video of 112 × 112 in it; bytes of the last 30 of 40 frames.
std::size_t bytes_of_a_video_in_pixel_art(bool takes_mixed) {
  constexpr Size kPanel{512, 512};
  StreamOptions options;
  LibraryImageEncoder images;
  FrameEncoder encoder(images, options);
  PanelFacts panel{.size = kPanel, .p3x = P3xLimits{.table_bits = 12, .picture_bytes = 8U << 20}};
  if (!takes_mixed) panel.p3x.reset();
  Bytes rgb(kPanel.pixels() * 3);
  const auto pixel = [&](std::uint32_t x, std::uint32_t y) { return &rgb[(y * 512UL + x) * 3]; };
  for (std::uint32_t y = 0; y < 512; ++y)
    for (std::uint32_t x = 0; x < 512; ++x)
      std::fill_n(pixel(x, y), 3, static_cast<std::uint8_t>((x / 8 * 7 + y / 8 * 5) % 6 * 40));
  std::minstd_rand random(1);
  std::size_t bytes = 0;
  for (std::uint32_t step = 0; step < 40; ++step) {
    for (std::uint32_t y = 0; y < 112; ++y)
      for (std::uint32_t x = 0; x < 336; ++x)
        pixel(200, 200 + y)[x] =
            static_cast<std::uint8_t>((x + y + step) / 3 + (random() >> 8) % 16);
    std::fill_n(pixel(step * 8, 480), 24, std::uint8_t{250});
    const auto frame =
        encoder.encode({rgb.data(), kPanel, 512 * 3UL, InputFormat::kRgb888}, 75, panel);
    EXPECT_TRUE(frame.has_value());
    if (frame && step >= 10) {
      bytes += frame->payload.size();
      EXPECT_EQ(frame->format, takes_mixed ? FrameFormat::kMixed : FrameFormat::kJpeg);
    }
  }
  return bytes;
}

TEST(ImageEncoder, AVideoInPixelArtCostsAFractionOfTheWholeAsJpeg) {
  EXPECT_LT(bytes_of_a_video_in_pixel_art(true) * 5, bytes_of_a_video_in_pixel_art(false));
}

}  // namespace
}  // namespace p3a::sender
