#include "core/image/jpeg_header.h"

#include <gtest/gtest.h>

#include "core/image/counting_source.h"
#include "core/image/test_bytes.h"

namespace p3a {
namespace {

Result<JpegHeader> parse(const TestBytes& bytes) {
  MemorySource source(bytes.view());
  return parse_jpeg_header(source, {});
}

TestBytes start() { return TestBytes{}.be16(0xFFD8); }

TestBytes with_frame_header(const TestBytes& frame_header) {
  return start().append(frame_header).append(jpeg_scan());
}

TEST(JpegHeader, ReadsABaselinePicture) {
  const auto header = parse(with_frame_header(jpeg_frame_header(0xC0, 301, 202)));
  ASSERT_TRUE(header.has_value());
  EXPECT_TRUE((header->size == Size{301, 202}));
  EXPECT_EQ(header->components, 3);
  EXPECT_FALSE(header->progressive);
  EXPECT_EQ(header->horizontal_sampling, 2);
  EXPECT_EQ(header->vertical_sampling, 2);
}

TEST(JpegHeader, ReadsProgressiveExtendedAndGray) {
  const auto progressive = parse(with_frame_header(jpeg_frame_header(0xC2, 8, 8)));
  ASSERT_TRUE(progressive.has_value());
  EXPECT_TRUE(progressive->progressive);
  EXPECT_TRUE(parse(with_frame_header(jpeg_frame_header(0xC1, 8, 8))).has_value());
  const auto gray = parse(with_frame_header(jpeg_frame_header(0xC0, 8, 8, 1)));
  ASSERT_TRUE(gray.has_value());
  EXPECT_EQ(gray->components, 1);
}

TEST(JpegHeader, SaysWhatItCannotShow) {
  const auto refused = [](std::uint8_t marker, std::uint8_t components, std::uint8_t precision,
                          std::string_view why) {
    const auto header =
        parse(with_frame_header(jpeg_frame_header(marker, 8, 8, components, precision)));
    return refusal(header) == ErrorCode::kUnsupportedFeature &&
           contains(header.error().message.view(), why) &&
           contains(header.error().message.view(), "RGB");
  };
  EXPECT_TRUE(refused(0xC0, 4, 8, "CMYK"));
  EXPECT_TRUE(refused(0xC2, 2, 8, "unusual"));
  EXPECT_TRUE(refused(0xC1, 3, 12, "12-bit"));
  EXPECT_TRUE(refused(0xC3, 3, 8, "lossless"));
  EXPECT_TRUE(refused(0xC5, 3, 8, "hierarchical"));
  EXPECT_TRUE(refused(0xC9, 3, 8, "arithmetic"));
  EXPECT_TRUE(refused(0xCA, 3, 8, "arithmetic"));
  EXPECT_TRUE(refused(0xCC, 3, 8, "arithmetic"));
  EXPECT_TRUE(refused(0xDE, 3, 8, "hierarchical"));
}

TEST(JpegHeader, StepsOverAThumbnailInTheMetadata) {
  const TestBytes exif = TestBytes{}.text("Exif").u8(0, 2).append(jpeg_picture(160, 120));
  TestBytes file = start().append(jpeg_segment(0xE1, exif));
  file.append(jpeg_frame_header(0xC0, 640, 480)).append(jpeg_scan());
  const auto header = parse(file);
  ASSERT_TRUE(header.has_value());
  EXPECT_TRUE((header->size == Size{640, 480}));
}

TEST(JpegHeader, StepsOverFillBytesAndTables) {
  TestBytes file = start().append(jpeg_segment(0xDB, TestBytes{}.u8(1, 65)));
  file.u8(0xFF, 3).append(jpeg_segment(0xC4, TestBytes{}.u8(0, 17)));
  file.append(jpeg_frame_header(0xC0, 8, 8)).append(jpeg_scan());
  EXPECT_TRUE(parse(file).has_value());
}

TEST(JpegHeader, RefusesAScanWithoutFrameHeaderAndTwoFrameHeaders) {
  EXPECT_EQ(refusal(parse(start().append(jpeg_scan()))), ErrorCode::kDecodeFailed);
  const TestBytes frame = jpeg_frame_header(0xC0, 8, 8);
  EXPECT_EQ(refusal(parse(start().append(frame).append(frame).append(jpeg_scan()))),
            ErrorCode::kDecodeFailed);
}

TEST(JpegHeader, RefusesBrokenSegments) {
  EXPECT_EQ(refusal(parse(start().be16(0xFFE0).be16(1).u8(0, 9))), ErrorCode::kDecodeFailed);
  EXPECT_EQ(refusal(parse(start().be16(0xFFE0).be16(0xFFFF).u8(0, 9))), ErrorCode::kDecodeFailed);
  EXPECT_EQ(refusal(parse(start().be16(0xFF00).u8(0, 9))), ErrorCode::kDecodeFailed);
  EXPECT_EQ(refusal(parse(start().be16(0xFFD9).u8(0, 9))), ErrorCode::kDecodeFailed);
  EXPECT_EQ(refusal(parse(start().text("garbage"))), ErrorCode::kDecodeFailed);
}

TEST(JpegHeader, RefusesAFrameHeaderThatDoesNotAddUp) {
  TestBytes short_by_one;
  short_by_one.u8(8).be16(8).be16(8).u8(3).u8(0x11, 8);
  EXPECT_EQ(refusal(parse(with_frame_header(jpeg_segment(0xC0, short_by_one)))),
            ErrorCode::kDecodeFailed);
  TestBytes no_sampling;
  no_sampling.u8(8).be16(8).be16(8).u8(1).u8(1).u8(0x01).u8(0);
  EXPECT_EQ(refusal(parse(with_frame_header(jpeg_segment(0xC0, no_sampling)))),
            ErrorCode::kDecodeFailed);
  EXPECT_EQ(refusal(parse(with_frame_header(jpeg_segment(0xC0, {})))), ErrorCode::kDecodeFailed);
}

TEST(JpegHeader, GivesUpOnEndlessFill) {
  TestBytes file = start();
  file.u8(0xFF, 1900);
  CountingSource source(file.view());
  EXPECT_EQ(refusal(parse_jpeg_header(source, {})), ErrorCode::kDecodeLimit);
  EXPECT_LE(source.reads(), kMaxJpegSegments + 1u);
}

}  // namespace
}  // namespace p3a
