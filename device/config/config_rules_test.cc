#include "device/config/config_rules.h"

#include <gtest/gtest.h>

namespace p3a {
namespace {

TEST(ConfigRules, AddressesAreLiterals) {
  for (const char* text : {"0.0.0.0", "127.0.0.1", "192.168.255.1", "::", "::1", "fe80::1"}) {
    EXPECT_TRUE(valid_address(text)) << text;
  }
  for (const char* text : {"", "localhost", "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", "1..2.3",
                           "1.2.3.", "1.2.3.4 ", ":", "[::1]", "p3a.local"}) {
    EXPECT_FALSE(valid_address(text)) << text;
  }
}

TEST(ConfigRules, HostsAreNamesOrAddressesWithoutPorts) {
  EXPECT_TRUE(valid_hosts({}));
  EXPECT_TRUE(valid_hosts({"stage.example.org", "10.0.0.7", "::1", "My-Pi_2"}));
  for (const char* text : {"", "a b", "a:80", "-a", "http://a", "a/b", "*"}) {
    EXPECT_FALSE(valid_hosts({"fine", text})) << text;
  }
  EXPECT_TRUE(valid_hosts(std::vector<std::string>(16, "a")));
  EXPECT_FALSE(valid_hosts(std::vector<std::string>(17, "a")));
}

TEST(ConfigRules, SavePathsStayAwayFromHiddenFilesAndTheSettings) {
  for (const char* text : {"animations/td_live", "a", "config.json2", "a/config.json"}) {
    EXPECT_TRUE(valid_save_path(text)) << text;
  }
  for (const char* text :
       {"", "/a", "a/", "../a", "a/../b", ".a", "a/.b", "config.json", "config.json/a"}) {
    EXPECT_FALSE(valid_save_path(text)) << text;
  }
  EXPECT_TRUE(valid_save_path(std::string(200, 'a')));
  EXPECT_FALSE(valid_save_path(std::string(201, 'a')));
}

TEST(ConfigRules, LabelsAreThoseOfHostNames) {
  EXPECT_TRUE(valid_label("p3a-2"));
  EXPECT_TRUE(valid_label(std::string(63, 'a')));
  for (const std::string& text : {std::string(), std::string(64, 'a'), std::string("A"),
                                  std::string("-a"), std::string("a-"), std::string("a.b")}) {
    EXPECT_FALSE(valid_label(text)) << text;
  }
}

TEST(ConfigRules, ColorsAreSixHexDigits) {
  EXPECT_EQ(parse_color("#1aFF00"), (Rgb{0x1A, 0xFF, 0}));
  EXPECT_EQ(color_text({0x1A, 0xFF, 0}), "#1aff00");
  for (const char* text : {"", "#", "1aff00", "#1aff0", "#1aff000", "#1aff0g", "#+1ff00", "red"}) {
    EXPECT_FALSE(parse_color(text)) << text;
  }
}

TEST(ConfigRules, APriorityNamesEachSourceOnce) {
  EXPECT_TRUE(valid_priority({"stream", "raw", "rotation"}));
  EXPECT_TRUE(valid_priority({"rotation", "stream", "raw"}));
  EXPECT_FALSE(valid_priority({}));
  EXPECT_FALSE(valid_priority({"stream", "raw"}));
  EXPECT_FALSE(valid_priority({"stream", "raw", "raw"}));
  EXPECT_FALSE(valid_priority({"stream", "raw", "splash"}));
}

}  // namespace
}  // namespace p3a
