#include "ports/linux/config/toml_patch.h"

#include <gtest/gtest.h>

#include "device/config/config_apply.h"
#include "device/config/config_schema.h"
#include "device/config/config_text.h"

namespace p3a {
namespace {

using std::string_literals::operator""s;

TEST(TomlPatch, ReadsTablesAndDottedKeysWithTheirLines) {
  const auto toml = parse_toml(
      "panel.gamma = 2.5  # dotted\n"
      "[upload]\n"
      "enable = false\n"
      "\n"
      "[http]\n"
      "hosts = [\n"
      "  'a',\n"
      "  'b' ]\n"
      "port = 8080\n"
      "[log]\n"
      "level = \"debug\"\n");
  ASSERT_TRUE(toml) << toml.error().what;
  EXPECT_EQ(toml->patch, (Patch{{"panel.gamma", 2.5},
                                {"upload.enable", false},
                                {"http.hosts", std::vector{"a"s, "b"s}},
                                {"http.port", std::int64_t{8080}},
                                {"log.level", "debug"s}}));
  EXPECT_EQ(toml->lines, (std::vector<std::uint32_t>{1, 3, 6, 9, 11}));
}

TEST(TomlPatch, SaysTheLine) {
  const auto line = [](std::string_view text) {
    const auto toml = parse_toml(text);
    if (toml) return 0u;
    EXPECT_FALSE(toml.error().what.empty());
    return toml.error().line;
  };
  EXPECT_EQ(line("[panel]\nrotation = \n"), 2u);
  EXPECT_EQ(line("[panel]\nrotation = 90\nrotation = 90\n"), 3u);
  EXPECT_EQ(line("a = 1\nb = 1979-05-27\n"), 2u);
  EXPECT_EQ(line("a = 1\n\nb = ['a', 1]\n"), 3u);
  EXPECT_EQ(line("a = [[]]\n"), 1u);
  EXPECT_EQ(line("\xFF"), 1u);
}

TEST(TomlPatch, InfinityAndNanAreNoSettings) {
  for (const char* text : {"panel.gamma = nan", "panel.gamma = inf", "panel.gamma = -inf"}) {
    const auto toml = parse_toml(text);
    ASSERT_TRUE(toml);
    EXPECT_FALSE(apply(Config{}, toml->patch, false)) << text;
  }
}

TEST(TomlPatch, WhatPrintConfigWritesReadsBack) {
  Config config;
  config.http.hosts = {"a.example", "::1"};
  config.panel.gamma = 2.2;
  config.player.dwell_s = 1e-7;
  config.storage.root = "/tmp/\"quoted\" \\ ünïcode";
  const auto toml = parse_toml(config_toml(config));
  ASSERT_TRUE(toml) << toml.error().line << ": " << toml.error().what;
  EXPECT_EQ(toml->patch.size(), config_keys().size());
  const auto again = apply(Config{}, toml->patch, false);
  ASSERT_TRUE(again) << again.error().message.view();
  EXPECT_EQ(config_json(*again), config_json(config));
}

}  // namespace
}  // namespace p3a
