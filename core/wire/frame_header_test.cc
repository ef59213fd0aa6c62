#include "core/wire/frame_header.h"

#include <gtest/gtest.h>

#include "core/wire/test_message.h"

namespace p3a {
namespace {

bool writes(const Result<FrameHeader>& header, std::string_view hex) {
  return header.has_value() && same_bytes(header->bytes(), HexMessage(hex).view());
}

ErrorCode refusal(const Result<FrameHeader>& header) {
  return header ? ErrorCode::kInternal : header.error().code;
}

TEST(FrameHeader, IsEightBytesWithoutExtension) {
  EXPECT_TRUE(
      writes(FrameHeader::make(FrameFormat::kJpeg, 81920, std::nullopt), "4450 01 00 00400100"));
}

TEST(FrameHeader, CarriesTheExtensionBlock) {
  const FrameExtension extension{.kind = FrameKind::kDelta,
                                 .sequence = 0x01020304,
                                 .capture_time = Micros(-2),
                                 .presentation_time = Instant(Micros(1'000'000)),
                                 .region = {1, 2, 3, 4}};
  EXPECT_TRUE(writes(FrameHeader::make(FrameFormat::kRgb888, 36, extension),
                     "4450 05 01 44000000"
                     "2000 01 00 04030201 feffffffffffffff 40420f0000000000 0100 0200 0300 0400"));
}

TEST(FrameHeader, RefusesWhatTheWireCannotSay) {
  EXPECT_TRUE(refusal(FrameHeader::make(FrameFormat::kJpeg, 0, {})) == ErrorCode::kEmptyBody);
  EXPECT_TRUE(
      FrameHeader::make(FrameFormat::kRgb888, 0xFFFFFFFFu - 32, FrameExtension{}).has_value());
  EXPECT_TRUE(refusal(FrameHeader::make(FrameFormat::kRgb888, 0xFFFFFFFFu - 31,
                                        FrameExtension{})) == ErrorCode::kFrameTooLarge);
}

TEST(FrameHeader, RefusesRegionsThatTheWireCannotSay) {
  const Rect refused[] = {{-1, 0, 1, 1},    {0, -1, 1, 1},    {65536, 0, 1, 1},
                          {0, 65536, 1, 1}, {1, 0, 0, 0},     {0, 0, 1, 0},
                          {0, 0, 0, 1},     {0, 0, 65536, 1}, {0, 0, 1, 65536}};
  for (const Rect& region : refused) {
    EXPECT_TRUE(
        refusal(FrameHeader::make(FrameFormat::kJpeg, 1, FrameExtension{.region = region})) ==
        ErrorCode::kInvalidValue);
  }
  const FrameExtension largest{.region = {65535, 65535, 65535, 65535}};
  EXPECT_TRUE(FrameHeader::make(FrameFormat::kJpeg, 1, largest).has_value());
}

}  // namespace
}  // namespace p3a
