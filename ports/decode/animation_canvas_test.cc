#include "ports/decode/animation_canvas.h"

#include <gtest/gtest.h>

#include <array>

#include "ports/decode/picture_files.h"

namespace p3a {
namespace {

using Pixel = std::array<std::uint8_t, 4>;
constexpr Pixel kRed{255, 0, 0, 255};
constexpr Pixel kGreen{0, 255, 0, 255};
constexpr Rgb kBackground{1, 2, 3};

Rgb shown(AnimationCanvas& animation, std::uint32_t x) {
  CanvasMemory memory({2, 1});
  EXPECT_TRUE(animation.compose(plain_view(kBackground), memory.canvas));
  const std::uint8_t* const pixel = memory.pixels.data() + x * 3;
  return {pixel[0], pixel[1], pixel[2]};
}

void draw(AnimationCanvas& animation, std::int32_t x, const Pixel& pixel, Dispose dispose,
          Blend blend = Blend::kSource) {
  ASSERT_TRUE(animation.begin_frame({x, 0, 1, 1}, dispose));
  animation.put_row(0, pixel, blend);
}

TEST(FrameDelay, ShowsFramesWithoutATimeOfTheirOwnAsBrowsersDo) {
  EXPECT_EQ(frame_delay(0ms), 100ms);
  EXPECT_EQ(frame_delay(-5ms), 100ms);
  EXPECT_EQ(frame_delay(10ms), 100ms);
  EXPECT_EQ(frame_delay(10'001us), 10'001us);
  EXPECT_EQ(frame_delay(20ms), 20ms);
  EXPECT_EQ(frame_delay(655'350ms), 655'350ms);
}

TEST(AnimationCanvas, IsTransparentAtFirstAndAfterClear) {
  AnimationCanvas animation;
  ASSERT_TRUE(animation.clear({2, 1}));
  EXPECT_EQ(shown(animation, 0), kBackground);
  draw(animation, 0, kRed, Dispose::kKeep);
  EXPECT_EQ(shown(animation, 0), (Rgb{255, 0, 0}));
  ASSERT_TRUE(animation.clear({2, 1}));
  EXPECT_EQ(shown(animation, 0), kBackground);
}

TEST(AnimationCanvas, DisposesOfAFrameWhenTheNextOneBegins) {
  AnimationCanvas animation;
  ASSERT_TRUE(animation.clear({2, 1}));
  draw(animation, 0, kRed, Dispose::kKeep);
  draw(animation, 0, kGreen, Dispose::kPrevious);
  EXPECT_EQ(shown(animation, 0), (Rgb{0, 255, 0}));
  draw(animation, 1, kGreen, Dispose::kBackground);
  EXPECT_EQ(shown(animation, 0), (Rgb{255, 0, 0}));
  EXPECT_EQ(shown(animation, 1), (Rgb{0, 255, 0}));
  draw(animation, 0, kGreen, Dispose::kKeep);
  EXPECT_EQ(shown(animation, 1), kBackground);
}

TEST(AnimationCanvas, BlendsOverWhatIsThereOrReplacesIt) {
  AnimationCanvas animation;
  ASSERT_TRUE(animation.clear({2, 1}));
  draw(animation, 0, kRed, Dispose::kKeep);
  draw(animation, 0, {0, 255, 0, 128}, Dispose::kKeep, Blend::kOver);
  EXPECT_EQ(shown(animation, 0), (Rgb{127, 128, 0}));
  draw(animation, 0, {9, 9, 9, 0}, Dispose::kKeep, Blend::kOver);
  EXPECT_EQ(shown(animation, 0), (Rgb{127, 128, 0}));
  draw(animation, 0, {9, 9, 9, 0}, Dispose::kKeep, Blend::kSource);
  EXPECT_EQ(shown(animation, 0), kBackground);
}

}  // namespace
}  // namespace p3a
