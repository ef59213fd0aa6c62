#include "device/live/painted_frames.h"

#include <gtest/gtest.h>

namespace p3a {
namespace {

TEST(PaintedFrames, KnowWhatEachFrameLacks) {
  FramePool pool({4, 4}, PixelFormat::kRgb888, 6);
  PaintedFrames painted;
  std::vector<Frame*> frames;
  const auto again = [&](std::size_t wanted) {  // lends every frame once, and gives all back
    std::vector<FrameRef> all;
    for (int i = 0; i < 6; ++i) all.push_back(pool.acquire());
    if (frames.empty())
      for (const FrameRef& one : all) frames.push_back(&*one);
    return frames[wanted];
  };
  again(0);
  painted.restart(2);
  EXPECT_TRUE(painted.lacks(*frames[0]).empty());
  painted.painted(*frames[0]);
  painted.change(0, 3, 5);
  painted.painted(*frames[1]);
  painted.change(0, 7, 9);
  EXPECT_TRUE(painted.lacks(*frames[0]).empty()) << "not lent again yet";
  again(0);
  ASSERT_EQ(painted.lacks(*frames[0]).size(), 2u);
  EXPECT_EQ(painted.lacks(*frames[0])[0].from, 3u);
  EXPECT_EQ(painted.lacks(*frames[0])[0].to, 9u);
  EXPECT_GE(painted.lacks(*frames[0])[1].from, painted.lacks(*frames[0])[1].to);
  EXPECT_EQ(painted.lacks(*frames[1])[0].from, 7u);
  EXPECT_TRUE(painted.lacks(*frames[2]).empty()) << "never painted";
  again(0);
  EXPECT_TRUE(painted.lacks(*frames[0]).empty()) << "lent to somebody else in between";
  for (std::size_t i = 0; i < 5; ++i) painted.painted(*frames[i]);
  again(0);
  EXPECT_TRUE(painted.lacks(*frames[0]).empty()) << "five are more than are remembered";
  EXPECT_FALSE(painted.lacks(*frames[4]).empty());
  painted.restart(2);
  EXPECT_TRUE(painted.lacks(*frames[4]).empty());
}

}  // namespace
}  // namespace p3a
