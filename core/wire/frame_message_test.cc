#include "core/wire/frame_message.h"

#include <gtest/gtest.h>

#include "core/wire/test_message.h"

namespace p3a {
namespace {

constexpr std::string_view kJpegFrame = "4450 01 00 04000000 ffd8ffd9";
// 2 x 1 pixels of RGB888 at 3,4, sequence 9, captured at 256 us, due at 512 us
constexpr std::string_view kRegionFrame =
    "4450 05 01 26000000"
    "2000 00 00 09000000 0001000000000000 0002000000000000 0300 0400 0200 0100"
    "ff0000 00ff00";

std::string_view sentence(std::string_view hex) {
  static Error error;  // the view must outlive the call
  const HexMessage message(hex);
  const auto frame = parse_frame_message(message.view(), FrameLimits{});
  error = frame ? Error{} : frame.error();
  return error.message.view();
}

bool says(std::string_view hex, std::string_view part) {
  return sentence(hex).find(part) != std::string_view::npos;
}

FrameMessage parsed(const HexMessage& message) {
  return parse_frame_message(message.view(), FrameLimits{}).value_or(FrameMessage{});
}

TEST(FrameMessage, ReadsEveryFieldFromItsPlace) {
  const HexMessage message(kRegionFrame);
  const FrameMessage frame = parsed(message);
  EXPECT_TRUE(frame.format == FrameFormat::kRgb888);
  EXPECT_FALSE(frame.bare);
  ASSERT_TRUE(frame.extension.has_value());
  EXPECT_TRUE(frame.extension->kind == FrameKind::kKey);
  EXPECT_EQ(frame.extension->sequence, 9u);
  EXPECT_EQ(frame.extension->capture_time.count(), 256);
  EXPECT_EQ(frame.extension->presentation_time.time_since_epoch().count(), 512);
  EXPECT_TRUE((frame.extension->region == Rect{3, 4, 2, 1}));
}

TEST(FrameMessage, ThePayloadIsTheEndOfTheMessageItself) {
  const HexMessage message(kRegionFrame);
  const FrameMessage frame = parsed(message);
  EXPECT_EQ(frame.payload.size(), 6u);
  EXPECT_TRUE(frame.payload.data() == message.view().data() + 40);
}

TEST(FrameMessage, TheDefaultLimitsTakeAWholePanelOfRgb888) {
  EXPECT_TRUE(FrameLimits{}.of(FrameFormat::kRgb888) >= 720u * 720u * 3u);
  EXPECT_EQ(FrameLimits{}.of(FrameFormat::kJpeg), 204800u);
  EXPECT_EQ(FrameLimits{}.of(FrameFormat::kWebp), 204800u);
  EXPECT_EQ(max_message_bytes({}), (2u << 20) + 8 + 256);
}

TEST(FrameMessage, SaysWhatIsWrong) {
  EXPECT_TRUE(says("", "is empty"));
  EXPECT_TRUE(says("4450 01", "8 bytes; this message ends after 3"));
  EXPECT_TRUE(says("4450 07 00 04000000 ffd8ffd9", "format 7 is not known"));
  EXPECT_TRUE(says("4450 01 04 04000000 ffd8ffd9", "flags are 4"));
  EXPECT_TRUE(says("4450 01 00 09000000 ffd8ffd9", "says that 9 bytes follow it, but 4 do"));
  EXPECT_TRUE(says("4450 01 01 0c000000 0a00 00 00 05000000 ffd8ffd9", "length is 10"));
  EXPECT_TRUE(says("4450 01 00 02000000 4749", "no jpeg file"));
}

TEST(FrameMessage, KnowsTheMistakesThatPeopleMake) {
  EXPECT_TRUE(says("474946383961", "GIF"));
  EXPECT_TRUE(says("5044 01 00 00000004 ffd8ffd9", "'<HBBI'"));
  // struct.pack('<HHBBI', 0x5044, 0x01, 0x00, 0x00, 4), as in plan.md
  EXPECT_TRUE(says("4450 0100 00 00 04000000 ffd8ffd9", "ten bytes instead of eight"));
}

TEST(FrameMessage, SaysTheLimitThatAFrameIsOver) {
  const HexMessage message(kJpegFrame);
  const auto frame = parse_frame_message(message.view(), {.max_lossy_bytes = 3});
  ASSERT_FALSE(frame.has_value());
  EXPECT_TRUE(frame.error().code == ErrorCode::kFrameTooLarge);
  EXPECT_TRUE(frame.error().message.view().find("takes 3 bytes of jpeg at most") !=
              std::string_view::npos);
  // Whole, so that the sentence does not lose its advice.
  EXPECT_TRUE(frame.error().message.view().ends_with("stream.max_frame_bytes"));
}

TEST(AreaOnPanel, IsTheRegionOrTheWholePanel) {
  const HexMessage whole(kJpegFrame);
  const HexMessage region(kRegionFrame);
  EXPECT_TRUE((area_on_panel(parsed(whole), {16, 9}).value_or(Rect{}) == Rect{0, 0, 16, 9}));
  EXPECT_TRUE((area_on_panel(parsed(region), {16, 9}).value_or(Rect{}) == Rect{3, 4, 2, 1}));
  EXPECT_FALSE(area_on_panel(parsed(region), {4, 9}).has_value());
  EXPECT_FALSE(area_on_panel(parsed(region), {16, 4}).has_value());
}

TEST(AreaOnPanel, RawPixelsWithoutRegionAreTheWholePanelExactly) {
  const HexMessage message("4450 04 00 04000000 00f8 e007");
  const FrameMessage frame = parsed(message);
  EXPECT_TRUE(area_on_panel(frame, {2, 1}).has_value());
  EXPECT_TRUE(area_on_panel(frame, {1, 2}).has_value());
  const auto refused = area_on_panel(frame, {1, 1});
  ASSERT_FALSE(refused.has_value());
  EXPECT_TRUE(refused.error().code == ErrorCode::kLengthMismatch);
  // 2^31 x 2^31 pixels of 2 bytes: the product does not wrap to something that matches.
  EXPECT_FALSE(area_on_panel(frame, {1u << 31, 1u << 31}).has_value());
}

TEST(StandsAlone, OnlyAKeyThatCoversThePanelDoes) {
  FrameMessage frame;
  EXPECT_TRUE(stands_alone(frame, {8, 8}));
  frame.extension.emplace();
  EXPECT_TRUE(stands_alone(frame, {8, 8}));
  frame.extension->region = {0, 0, 8, 8};
  EXPECT_TRUE(stands_alone(frame, {8, 8}));
  frame.extension->region = {0, 0, 8, 7};
  EXPECT_FALSE(stands_alone(frame, {8, 8}));
  frame.extension->region = {};
  frame.extension->kind = FrameKind::kDelta;
  EXPECT_FALSE(stands_alone(frame, {8, 8}));
}

TEST(FrameFormat, NumbersAndNamesAgree) {
  int known = 0;
  for (unsigned number = 0; number < 256; ++number) {
    const auto format = frame_format_from_number(static_cast<std::uint8_t>(number));
    if (!format) continue;
    ++known;
    EXPECT_EQ(static_cast<unsigned>(*format), number);
    EXPECT_FALSE(frame_format_name(*format).empty());
  }
  EXPECT_EQ(known, 8);
}

}  // namespace
}  // namespace p3a
