#include "sender/pattern/frame_counter.h"

#include <gtest/gtest.h>

#include <vector>

#include "sender/pattern/pattern.h"

namespace p3a::sender {
namespace {

using Bytes = std::vector<std::uint8_t>;

Pixels view(const Bytes& bytes, Size size, InputFormat format = InputFormat::kRgba8888) {
  return {bytes.data(), size, size.width * bytes_per_pixel(format), format};
}

TEST(FrameCounter, ComesBackFromEveryPatternAndSize) {
  for (const Size size : {Size{32, 32}, Size{33, 47}, Size{128, 128}, Size{720, 720}}) {
    Bytes rgba(size.pixels() * 4);
    for (const std::string_view name : kPatternNames) {
      for (const std::uint32_t frame : {0u, 1u, 255u, 65'536u, 0xABCDEFu, kMaxCountedFrame}) {
        draw_pattern(find_pattern(name).value(), size, 1s, rgba);
        burn_frame_counter(frame, size, rgba);
        EXPECT_EQ(read_frame_counter(view(rgba, size)), frame) << name << " " << size.width;
      }
    }
  }
}

TEST(FrameCounter, WrapsAroundAfterTheLast) {
  const Size size{64, 64};
  Bytes rgba(size.pixels() * 4);
  burn_frame_counter(std::uint64_t{kMaxCountedFrame} + 3, size, rgba);
  EXPECT_EQ(read_frame_counter(view(rgba, size)), 2u);
}

TEST(FrameCounter, IsReadFromAScaledPictureInRgb) {
  const Size size{720, 720};
  Bytes rgba(size.pixels() * 4);
  burn_frame_counter(123'456, size, rgba);
  const Size small{100, 64};
  Bytes rgb(small.pixels() * 3);
  for (std::uint32_t y = 0; y < small.height; ++y) {
    for (std::uint32_t x = 0; x < small.width; ++x) {
      const std::size_t from = (y * 720 / 64 * 720 + x * 720 / 100) * 4;
      for (std::size_t c = 0; c < 3; ++c) rgb[(y * small.width + x) * 3 + c] = rgba[from + c];
    }
  }
  EXPECT_EQ(read_frame_counter(view(rgb, small, InputFormat::kRgb888)), 123'456u);
}

TEST(FrameCounter, IsNotFoundWhereThereIsNone) {
  const Size size{64, 64};
  EXPECT_FALSE(read_frame_counter(view(Bytes(size.pixels() * 4, 0), size)));
  EXPECT_FALSE(read_frame_counter(view(Bytes(size.pixels() * 4, 255), size)));
  const Size tiny{31, 64};
  Bytes rgba(tiny.pixels() * 4, 7);
  burn_frame_counter(5, tiny, rgba);
  EXPECT_EQ(rgba, Bytes(tiny.pixels() * 4, 7));
  EXPECT_FALSE(read_frame_counter(view(rgba, tiny)));
}

}  // namespace
}  // namespace p3a::sender
