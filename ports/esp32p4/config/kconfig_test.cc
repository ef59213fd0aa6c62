// Against the stand-in's sdkconfig.h, and against the Kconfig file that users see.
#include "ports/esp32p4/config/kconfig.h"

#include <gtest/gtest.h>

#include "device/config/config_apply.h"
#include "device/config/config_schema.h"
#include "device/ports.h"

namespace p3a {
namespace {

TEST(Kconfig, TheDefaultsOfThePlanBecomeAConfiguration) {
  const Config config = config_from_kconfig();
  EXPECT_EQ(config.upload.max_bytes, 5'242'880u);
  EXPECT_EQ(config.upload.save_path, "animations/td_live");
  EXPECT_TRUE(config.upload.overwrite);
  EXPECT_EQ(config.stream.port, 81);
  EXPECT_EQ(config.stream.queue_depth, 3u);
  EXPECT_TRUE(config.stream.jpeg_only);
  EXPECT_EQ(config.panel.gamma, 1.0);
}

// Each value as a user could send it: the ranges of menuconfig lie within those of the settings.
TEST(Kconfig, EverySettingIsOneThatTheDisplayTakes) {
  const Config config = config_from_kconfig();
  EXPECT_TRUE(StoragePath::parse(config.upload.save_path));
  for (const ConfigKey& key : config_keys()) {
    Config copy = config;
    EXPECT_TRUE(key.set(copy, key.get(config))) << key.name;
  }
}

TEST(Kconfig, APathElsewhereOnTheCardIsTakenRelativeToIt) {
  EXPECT_EQ(config_from_kconfig("/elsewhere").upload.save_path, "sdcard/animations/td_live");
}

}  // namespace
}  // namespace p3a
