#include "device/config/config_schema.h"

#include <gtest/gtest.h>

#include <set>

namespace p3a {
namespace {

TEST(ConfigSchema, SectionsStandTogetherAndNamesAreUnique) {
  std::set<std::string_view> names;
  std::set<std::string_view> sections;
  std::string_view last;
  for (const ConfigKey& key : config_keys()) {
    EXPECT_TRUE(names.insert(key.name).second) << key.name;
    if (key.section() != last) {
      EXPECT_TRUE(sections.insert(key.section()).second) << key.name;
    }
    last = key.section();
    EXPECT_EQ(std::string(key.section()) + "." + std::string(key.member()), key.name);
    EXPECT_TRUE(key.help.ends_with('.')) << key.name;
  }
}

TEST(ConfigSchema, SuggestsTheNearestKey) {
  EXPECT_EQ(nearest_key("panel.rotatoin"), "panel.rotation");
  EXPECT_EQ(nearest_key("brightness"), "panel.brightness");
  EXPECT_EQ(nearest_key("upload.max-bytes"), "upload.max_bytes");
  EXPECT_EQ(nearest_key("flavour"), "");
  EXPECT_EQ(nearest_key(std::string(1 << 20, 'a')), "");
}

}  // namespace
}  // namespace p3a
