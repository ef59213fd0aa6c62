#include "core/image/webp_header.h"

#include <gtest/gtest.h>

#include "core/image/counting_source.h"
#include "core/image/test_bytes.h"

namespace p3a {
namespace {

Result<WebpHeader> parse(const TestBytes& bytes, const ImageLimits& limits = {}) {
  MemorySource source(bytes.view());
  return parse_webp_header(source, limits);
}

TestBytes lossless(std::uint32_t width, std::uint32_t height, std::uint32_t version = 0) {
  const std::uint32_t bits = (width - 1) | (height - 1) << 14 | version << 29;
  return webp_file(webp_chunk("VP8L", TestBytes{}.u8(0x2F).le32(bits).u8(0, 4)));
}

TestBytes animation(std::uint32_t width, std::uint32_t height, std::size_t frames) {
  const auto head = TestBytes{}.u8(0x02).u8(0, 3).le24(width - 1).le24(height - 1);
  TestBytes chunks = webp_chunk("VP8X", head).append(webp_chunk("ANIM", TestBytes{}.u8(0, 6)));
  for (; frames != 0; --frames) chunks.append(webp_chunk("ANMF", TestBytes{}.u8(0, 17)));
  return webp_file(chunks);
}

TEST(WebpHeader, ReadsALossyPicture) {
  const auto header = parse(webp_lossy(301, 202));
  ASSERT_TRUE(header.has_value());
  EXPECT_TRUE((header->size == Size{301, 202}));
  EXPECT_FALSE(header->animated);
}

TEST(WebpHeader, LeavesOutTheScalingBits) {
  const auto header = parse(webp_lossy(0x4000 | 301, 0xC000 | 202));
  ASSERT_TRUE(header.has_value());
  EXPECT_TRUE((header->size == Size{301, 202}));
}

TEST(WebpHeader, ReadsALosslessPicture) {
  const auto header = parse(lossless(301, 202));
  ASSERT_TRUE(header.has_value());
  EXPECT_TRUE((header->size == Size{301, 202}));
  EXPECT_EQ(refusal(parse(lossless(301, 202, 1))), ErrorCode::kDecodeFailed);
}

TEST(WebpHeader, ReadsTheCanvasOfAnExtendedPicture) {
  const auto head = TestBytes{}.u8(0x10).u8(0, 3).le24(300).le24(201);
  const auto header = parse(webp_file(webp_chunk("VP8X", head)));
  ASSERT_TRUE(header.has_value());
  EXPECT_TRUE((header->size == Size{301, 202}));
  EXPECT_FALSE(header->animated);
}

TEST(WebpHeader, CountsTheFramesOfAnAnimation) {
  const auto header = parse(animation(30, 20, 3));
  ASSERT_TRUE(header.has_value());
  EXPECT_TRUE(header->animated);
  EXPECT_EQ(header->frames, 3u);
  EXPECT_EQ(refusal(parse(animation(30, 20, 0))), ErrorCode::kDecodeFailed);
}

TEST(WebpHeader, RefusesMoreFramesThanTheLimit) {
  EXPECT_TRUE(parse(animation(30, 20, 3), {.max_frames = 3}).has_value());
  EXPECT_EQ(refusal(parse(animation(30, 20, 4), {.max_frames = 3})), ErrorCode::kDecodeLimit);
}

TEST(WebpHeader, StopsAtATailOfEmptyChunks) {
  TestBytes chunks = webp_chunk("VP8X", TestBytes{}.u8(0x02).u8(0, 3).le24(29).le24(19));
  while (chunks.size() < 1500) chunks.append(webp_chunk("ANMF", {}));
  const TestBytes file = webp_file(chunks);
  CountingSource source(file.view());
  EXPECT_EQ(refusal(parse_webp_header(source, {.max_frames = 10})), ErrorCode::kDecodeLimit);
  EXPECT_LE(source.reads(), 20u);
}

TEST(WebpHeader, RefusesAnInterframeAWrongStartCodeAndAnUnknownFirstChunk) {
  const auto vp8 = [](std::uint32_t tag, std::uint32_t start) {
    const auto head = TestBytes{}.u8(tag).u8(0, 2).u8(start).u8(0x01).u8(0x2A);
    return webp_file(webp_chunk("VP8 ", TestBytes{head}.le16(8).le16(8)));
  };
  EXPECT_TRUE(parse(vp8(0x10, 0x9D)).has_value());
  EXPECT_EQ(refusal(parse(vp8(0x11, 0x9D))), ErrorCode::kDecodeFailed);
  EXPECT_EQ(refusal(parse(vp8(0x10, 0x9E))), ErrorCode::kDecodeFailed);
  EXPECT_EQ(refusal(parse(webp_file(webp_chunk("JUNK", TestBytes{}.u8(0, 10))))),
            ErrorCode::kDecodeFailed);
}

TEST(WebpHeader, RefusesAFileShorterThanItSays) {
  TestBytes file = TestBytes{}.text("RIFF").le32(0xFFFFFFFF).text("WEBP");
  file.append(webp_chunk("VP8 ", TestBytes{}.u8(0, 10)));
  EXPECT_EQ(refusal(parse(file)), ErrorCode::kDecodeFailed);
}

TEST(WebpHeader, RefusesAChunkThatReachesOutOfTheFile) {
  TestBytes chunk = TestBytes{}.text("VP8X").le32(0xFFFFFFF8).u8(0x02).u8(0, 9);
  EXPECT_EQ(refusal(parse(webp_file(chunk))), ErrorCode::kDecodeFailed);
}

}  // namespace
}  // namespace p3a
