#include "device/config/config.h"

#include <gtest/gtest.h>

namespace p3a {
namespace {

TEST(Config, ViewAndLimitsFollowTheConfig) {
  Config config;
  config.panel.rotation = Rotation::k270;
  config.picture.fit = Fit::kCover;
  config.picture.background = {1, 2, 3};
  config.decode.max_width = 64;
  EXPECT_EQ(view_of(config).rotation, Rotation::k270);
  EXPECT_EQ(view_of(config).fit, Fit::kCover);
  EXPECT_EQ(view_of(config).background, (Rgb{1, 2, 3}));
  EXPECT_EQ(image_limits_of(config).max_width, 64u);
  EXPECT_EQ(image_limits_of(config).max_height, 2048u);
}

}  // namespace
}  // namespace p3a
