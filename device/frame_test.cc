#include "device/frame.h"

#include <gtest/gtest.h>

namespace p3a {
namespace {

TEST(FramePool, LendsEachFrameOnceUntilItsLastReferenceGoes) {
  FramePool pool({4, 2}, PixelFormat::kRgb888, 2);
  FrameRef first = pool.acquire();
  FrameRef second = pool.acquire();
  ASSERT_TRUE(first && second);
  EXPECT_NE(first->canvas.pixels, second->canvas.pixels);
  EXPECT_EQ(first->canvas.stride, 12u);
  EXPECT_FALSE(pool.acquire());

  const FrameRef copy = first;
  first = {};
  EXPECT_FALSE(pool.acquire());
  second = copy;
  EXPECT_TRUE(pool.acquire());
}

}  // namespace
}  // namespace p3a
