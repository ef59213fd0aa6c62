#include "sender/pixels.h"

#include <gtest/gtest.h>

#include <vector>

namespace p3a::sender {
namespace {

using Bytes = std::vector<std::uint8_t>;

TEST(Pixels, EveryFormatBecomesRgbInBothDirections) {
  struct Case {
    InputFormat format;
    Bytes in;
  };
  for (const Case& c : {Case{InputFormat::kRgb888, {255, 0, 0, 0, 255, 0}},
                        Case{InputFormat::kRgba8888, {255, 0, 0, 9, 0, 255, 0, 9}},
                        Case{InputFormat::kBgra8888, {0, 0, 255, 9, 0, 255, 0, 9}},
                        Case{InputFormat::kRgb565, {0x00, 0xF8, 0xE0, 0x07}}}) {
    Bytes rgb(6);
    to_rgb_row(c.in.data(), c.format, 2, false, rgb.data());
    EXPECT_EQ(rgb, (Bytes{255, 0, 0, 0, 255, 0})) << static_cast<int>(c.format);
    to_rgb_row(c.in.data(), c.format, 2, true, rgb.data());
    EXPECT_EQ(rgb, (Bytes{0, 255, 0, 255, 0, 0})) << static_cast<int>(c.format);
  }
}

// Eight pixels at a time, and what is left one by one.
TEST(Pixels, RowsOfEveryWidthAreTheSameAsPixelByPixel) {
  Bytes in(4 * 35 + 1);
  for (std::size_t i = 0; i < in.size(); ++i) in[i] = static_cast<std::uint8_t>(i * 37 + 11);
  for (const auto format : {InputFormat::kRgba8888, InputFormat::kBgra8888})
    for (std::uint32_t width = 1; width <= 35; ++width) {
      Bytes row(width * 3UL + 1, 0xAA), one(width * 3UL + 1, 0xAA);
      to_rgb_row(in.data() + 1, format, width, false, row.data());
      for (std::uint32_t x = 0; x < width; ++x)
        to_rgb_row(in.data() + 1 + x * 4UL, format, 1, false, one.data() + x * 3UL);
      EXPECT_EQ(row, one) << width;
    }
}

TEST(Pixels, SixteenBitsWidenWithoutLosingBlackOrWhite) {
  const Bytes words{0xFF, 0xFF, 0x00, 0x00, 0x10, 0x84};  // white, black, the middle
  Bytes rgb(9);
  to_rgb_row(words.data(), InputFormat::kRgb565, 3, false, rgb.data());
  EXPECT_EQ(rgb, (Bytes{255, 255, 255, 0, 0, 0, 132, 130, 132}));
}

TEST(Pixels, WhatIsNoPictureIsRefusedWithASentence) {
  const Bytes bytes(64);
  const PixelView good{.pixels = bytes.data(),
                       .width = 4,
                       .height = 4,
                       .stride = 0,
                       .format = InputFormat::kRgba8888};
  EXPECT_TRUE(check(good));
  const auto refused = [&](auto change) {
    PixelView view = good;
    change(view);
    const auto result = check(view);
    return !result && !result.error().message.view().empty();
  };
  EXPECT_TRUE(refused([](PixelView& v) { v.pixels = nullptr; }));
  EXPECT_TRUE(refused([](PixelView& v) { v.width = 0; }));
  EXPECT_TRUE(refused([](PixelView& v) { v.height = 70'000; }));
  EXPECT_TRUE(refused([](PixelView& v) { v.stride = 15; }));
  EXPECT_TRUE(refused([](PixelView& v) { v.stride = -15; }));
  EXPECT_TRUE(refused([](PixelView& v) { v.format = static_cast<InputFormat>(9); }));
}

}  // namespace
}  // namespace p3a::sender
