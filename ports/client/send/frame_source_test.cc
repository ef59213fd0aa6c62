#include "ports/client/send/frame_source.h"

#include <gtest/gtest.h>

#include "sender/pattern/frame_counter.h"
#include "sender/video/memory_input.h"

namespace p3a::sender {
namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes bytes_of(std::string_view text) { return {text.begin(), text.end()}; }

TEST(FrameSource, APatternCountsItsFrames) {
  MemoryInput nothing({}, 1);
  const auto source = open_frame_source(
      {.pattern = Pattern::kBars, .input = {}, .size = {64, 64}, .counter = true}, nothing, {});
  ASSERT_TRUE(source.has_value());
  EXPECT_EQ((*source)->fps(), 60);
  for (std::uint32_t frame = 0; frame < 3; ++frame) {
    const PixelView view = (*source)->next(Micros(frame * 1000)).value();
    const Pixels pixels{
        static_cast<const std::uint8_t*>(view.pixels), {64, 64}, 64 * 4, view.format};
    EXPECT_EQ(read_frame_counter(pixels), frame);
  }
}

TEST(FrameSource, PipedPixelsComeInTheirFormatUntilTheEnd) {
  const Bytes piped = bytes_of("abcdABCDefghEFGH");
  MemoryInput input(piped, 3);
  const auto source =
      open_frame_source({.pattern = {}, .input = StdinFormat::kBgra, .size = {2, 1}}, input, {});
  ASSERT_TRUE(source.has_value());
  EXPECT_EQ((*source)->fps(), 0);  // as they come
  for (const char first : {'a', 'e'}) {
    const PixelView view = (*source)->next({}).value();
    ASSERT_NE(view.pixels, nullptr);
    EXPECT_EQ(*static_cast<const char*>(view.pixels), first);
    EXPECT_EQ(view.format, InputFormat::kBgra8888);
    EXPECT_EQ(view.width, 2u);
    EXPECT_EQ(view.height, 1u);
  }
  EXPECT_EQ((*source)->next({}).value().pixels, nullptr);
}

TEST(FrameSource, HalfAPictureIsSaid) {
  const Bytes piped = bytes_of("abcd");
  MemoryInput input(piped, 4);
  const auto source =
      open_frame_source({.pattern = {}, .input = StdinFormat::kRgb24, .size = {2, 1}}, input, {});
  const auto picture = source.value()->next({});
  ASSERT_FALSE(picture.has_value());
  EXPECT_NE(picture.error().message.view().find("4 of the 6 bytes"), std::string_view::npos);
}

TEST(FrameSource, AVideoKeepsItsOwnRateUnlessToldOtherwise) {
  const auto rate = [](std::string_view head, std::optional<double> asked) {
    const Bytes video = bytes_of(head);
    MemoryInput input(video, 100);
    const auto source = open_frame_source(
        {.pattern = {}, .input = StdinFormat::kY4m, .counter = false, .fps = asked}, input, {});
    return source.value()->fps();
  };
  EXPECT_EQ(rate("YUV4MPEG2 W2 H2 F25:1\n", std::nullopt), 25);
  EXPECT_EQ(rate("YUV4MPEG2 W2 H2 F25:1\n", 50), 50);
  EXPECT_EQ(rate("YUV4MPEG2 W2 H2 F25:1\n", 0), 0);
  EXPECT_EQ(rate("YUV4MPEG2 W2 H2 F4000000000:1\n", std::nullopt), 0);
}

TEST(FrameSource, WhatIsNoVideoIsRefusedBeforeAnythingIsSent) {
  const Bytes piped = bytes_of("RIFF....AVI and so on");
  MemoryInput input(piped, 100);
  const auto source = open_frame_source({.pattern = {}, .input = StdinFormat::kY4m}, input, {});
  ASSERT_FALSE(source.has_value());
  EXPECT_NE(source.error().message.view().find("yuv4mpegpipe"), std::string_view::npos);
}

}  // namespace
}  // namespace p3a::sender
