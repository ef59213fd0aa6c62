#include "sender/video/y4m_reader.h"

#include <gtest/gtest.h>

#include "sender/video/memory_input.h"

namespace p3a::sender {
namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes bytes_of(std::string_view text) { return {text.begin(), text.end()}; }

ErrorCode refusal(std::string_view line) {
  const auto format = parse_y4m_header(line);
  EXPECT_FALSE(format.has_value()) << line;
  return format ? ErrorCode::kInternal : format.error().code;
}

Bytes one_pixel(std::uint8_t y, std::uint8_t u, std::uint8_t v, bool full_range) {
  Bytes rgb(3);
  y4m_to_rgb({.size = {1, 1}, .fps = 0, .full_chroma = true, .full_range = full_range},
             Bytes{y, u, v}, rgb);
  return rgb;
}

TEST(Y4mHeader, SaysWhatFfmpegWrites) {
  const auto format = parse_y4m_header(
      "YUV4MPEG2 W720 H480 F30000:1001 Ip A1:1 C420jpeg XYSCSS=420JPEG XCOLORRANGE=FULL");
  ASSERT_TRUE(format.has_value());
  EXPECT_EQ(format->size, (Size{720, 480}));
  EXPECT_NEAR(format->fps, 29.97, 0.001);
  EXPECT_FALSE(format->full_chroma);
  EXPECT_TRUE(format->full_range);
  EXPECT_EQ(format->frame_bytes(), 720u * 480 * 3 / 2);
}

TEST(Y4mHeader, WhatIsLeftOutHasItsDefault) {
  const auto format = parse_y4m_header("YUV4MPEG2 H3  W5");
  ASSERT_TRUE(format.has_value());
  EXPECT_EQ(format->fps, 0);
  EXPECT_FALSE(format->full_range);
  EXPECT_EQ(format->frame_bytes(), 15u + 2 * 6);
  EXPECT_EQ(parse_y4m_header("YUV4MPEG2 W5 H3 F0:0 C444").value().frame_bytes(), 45u);
}

TEST(Y4mHeader, WhatCannotBeIsRefused) {
  EXPECT_EQ(refusal(""), ErrorCode::kUnknownFormat);
  EXPECT_EQ(refusal("YUV4MPEG3 W2 H2"), ErrorCode::kUnknownFormat);
  EXPECT_EQ(refusal("YUV4MPEG2W2 H2"), ErrorCode::kUnknownFormat);
  EXPECT_EQ(refusal("YUV4MPEG2"), ErrorCode::kInvalidValue);
  EXPECT_EQ(refusal("YUV4MPEG2 W2 H0"), ErrorCode::kInvalidValue);
  EXPECT_EQ(refusal("YUV4MPEG2 W-2 H2"), ErrorCode::kInvalidValue);
  EXPECT_EQ(refusal("YUV4MPEG2 W2x H2"), ErrorCode::kInvalidValue);
  EXPECT_EQ(refusal("YUV4MPEG2 W99999999999 H2"), ErrorCode::kInvalidValue);
  EXPECT_EQ(refusal("YUV4MPEG2 W2 H2 F25"), ErrorCode::kInvalidValue);
  EXPECT_EQ(refusal("YUV4MPEG2 W4097 H2"), ErrorCode::kDimensionsTooLarge);
  EXPECT_EQ(refusal("YUV4MPEG2 W4294967295 H4294967295"), ErrorCode::kDimensionsTooLarge);
  EXPECT_EQ(refusal("YUV4MPEG2 W2 H2 C422"), ErrorCode::kUnsupportedFeature);
  EXPECT_EQ(refusal("YUV4MPEG2 W2 H2 C420p10"), ErrorCode::kUnsupportedFeature);
}

// Expected values: the equations of BT.601 by hand, rounded.
TEST(Y4mColours, LimitedAndFullRange) {
  EXPECT_EQ(one_pixel(16, 128, 128, false), (Bytes{0, 0, 0}));
  EXPECT_EQ(one_pixel(235, 128, 128, false), (Bytes{255, 255, 255}));
  EXPECT_EQ(one_pixel(81, 90, 240, false), (Bytes{254, 0, 0}));
  EXPECT_EQ(one_pixel(41, 240, 110, false), (Bytes{0, 0, 255}));
  EXPECT_EQ(one_pixel(0, 0, 0, false), (Bytes{0, 136, 0}));
  EXPECT_EQ(one_pixel(0, 128, 128, true), (Bytes{0, 0, 0}));
  EXPECT_EQ(one_pixel(255, 128, 128, true), (Bytes{255, 255, 255}));
  EXPECT_EQ(one_pixel(76, 85, 255, true), (Bytes{254, 0, 0}));
  EXPECT_EQ(one_pixel(150, 44, 21, true), (Bytes{0, 255, 1}));
}

TEST(Y4mColours, HalfChromaCoversItsFourPixelsAndTheOddEdge) {
  Bytes rgb(9 * 3);
  // Grey but for the last chroma column's lower sample, which belongs to the corner pixel alone.
  const Bytes planes{100, 100, 100, 100, 100, 100, 100, 100, 100,  //
                     128, 128, 128, 128, 128, 128, 128, 255};
  y4m_to_rgb({.size = {3, 3}, .fps = 0, .full_chroma = false, .full_range = true}, planes, rgb);
  for (std::size_t i = 0; i < 8 * 3; ++i) EXPECT_EQ(rgb[i], 100) << i;
  EXPECT_EQ(rgb[24], 255);
}

TEST(Y4mReader, ReadsFramesWhateverPiecesTheyComeIn) {
  const Bytes video = bytes_of(
      "YUV4MPEG2 W2 H1 F25:1 C444 XCOLORRANGE=FULL\n"
      "FRAME\n\x01\x02\x80\x80\x80\x80"
      "FRAME Ip\n\x03\x04\x80\x80\x80\x80");
  for (const std::size_t piece : {1u, 3u, 1000u}) {
    MemoryInput input(video, piece);
    Y4mReader reader(input);
    ASSERT_EQ(reader.open().value().size, (Size{2, 1}));
    Bytes rgb(6);
    EXPECT_EQ(reader.next(rgb).value(), true);
    EXPECT_EQ(rgb, (Bytes{1, 1, 1, 2, 2, 2}));
    EXPECT_EQ(reader.next(rgb).value(), true);
    EXPECT_EQ(rgb, (Bytes{3, 3, 3, 4, 4, 4}));
    EXPECT_EQ(reader.next(rgb).value(), false);
  }
}

TEST(Y4mReader, SaysHowAStreamIsBroken) {
  const auto ends = [](std::string_view video) {
    const Bytes bytes = bytes_of(video);
    MemoryInput input(bytes, 5);
    Y4mReader reader(input);
    const auto format = reader.open();
    if (!format) return format.error().code;
    Bytes rgb(format->size.pixels() * 3);
    const auto more = reader.next(rgb);
    EXPECT_FALSE(more.has_value());
    return more ? ErrorCode::kInternal : more.error().code;
  };
  EXPECT_EQ(ends(""), ErrorCode::kEmptyBody);
  EXPECT_EQ(ends("\xFF\xD8\xFF\xE0 a JPEG"), ErrorCode::kUnknownFormat);
  EXPECT_EQ(ends("YUV4MPEG2 W2 H2"), ErrorCode::kUnknownFormat);
  EXPECT_EQ(ends("YUV4MPEG2 " + std::string(2000, 'X') + "\n"), ErrorCode::kUnknownFormat);
  EXPECT_EQ(ends("YUV4MPEG2 W2 H1 C444\nFRAME\n1234"), ErrorCode::kDecodeFailed);
  EXPECT_EQ(ends("YUV4MPEG2 W2 H1 C444\nFRAME"), ErrorCode::kDecodeFailed);
  EXPECT_EQ(ends("YUV4MPEG2 W2 H1 C444\nFRAMES\n123456"), ErrorCode::kDecodeFailed);
  EXPECT_EQ(ends("YUV4MPEG2 W2 H1 C444\nxRAME\n123456"), ErrorCode::kDecodeFailed);
}

}  // namespace
}  // namespace p3a::sender
