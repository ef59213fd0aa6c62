#include "ports/decode/png_encoder.h"

#include <gtest/gtest.h>

#include <random>

#include "ports/decode/decoders.h"
#include "ports/decode/picture_files.h"

namespace p3a {
namespace {

void fill_with_noise(CanvasMemory& memory) {
  std::minstd_rand random(5);
  for (std::uint8_t& byte : memory.pixels) byte = static_cast<std::uint8_t>(random() >> 8);
}

// What our own decoder, which is tested against pictures of other makers, reads from it.
void expect_round_trip(const CanvasMemory& memory) {
  auto png = PngEncoder().encode_png(memory.canvas);
  ASSERT_TRUE(png) << png.error().message.view();
  const auto picture =
      LibraryDecoders().open(std::make_unique<MemoryFile>(*std::move(png)), ImageLimits{});
  ASSERT_TRUE(picture) << picture.error().message.view();
  const Size size = memory.canvas.size;
  ASSERT_EQ((*picture)->info().size, size);
  CanvasMemory decoded(size);
  ASSERT_TRUE((*picture)->next(plain_view(), decoded.canvas));
  std::vector<std::uint8_t> rgb(size.pixels() * 3);
  to_rgb888(memory.canvas, rgb);
  EXPECT_EQ(decoded.pixels, rgb);
}

TEST(PngEncoder, KeepsEveryBit) {
  for (const PixelFormat format : {PixelFormat::kRgb888, PixelFormat::kRgb565}) {
    for (const Size size : {Size{1, 1}, Size{1, 50}, Size{50, 1}, Size{64, 48}, Size{720, 720}}) {
      CanvasMemory memory(size, format);
      expect_round_trip(memory);
      fill_with_noise(memory);
      expect_round_trip(memory);
    }
  }
}

TEST(PngEncoder, HonoursTheStride) {
  CanvasMemory memory({32, 16});
  fill_with_noise(memory);
  memory.canvas.size.width = 20;
  auto png = PngEncoder().encode_png(memory.canvas);
  ASSERT_TRUE(png);
  const auto picture =
      LibraryDecoders().open(std::make_unique<MemoryFile>(*std::move(png)), ImageLimits{});
  ASSERT_TRUE(picture);
  CanvasMemory decoded({20, 16});
  ASSERT_TRUE((*picture)->next(plain_view(), decoded.canvas));
  for (std::size_t y = 0; y < 16; ++y) {
    for (std::size_t x = 0; x < 60; ++x) {
      ASSERT_EQ(decoded.pixels[y * 60 + x], memory.pixels[y * 96 + x]);
    }
  }
}

TEST(PngEncoder, RefusesACanvasWithoutPixels) {
  const auto png = PngEncoder().encode_png(Canvas{});
  ASSERT_FALSE(png);
  EXPECT_EQ(png.error().code, ErrorCode::kInternal);
}

}  // namespace
}  // namespace p3a
