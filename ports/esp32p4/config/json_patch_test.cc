// Against the parser of the Linux display: the same settings out of the same text.
#include "ports/esp32p4/config/json_patch.h"

#include <gtest/gtest.h>

#include "device/config/config_apply.h"
#include "device/config/config_text.h"
#include "ports/linux/config/json_patch.h"

namespace p3a {
namespace {

// Same values; a number too large for a whole one is a fraction with both.
void expect_same(std::string_view text) {
  ChipPatchParser chip;
  JsonPatchParser linux_parser;
  for (const bool message : {false, true}) {
    const auto ours = message ? chip.parse_message(text) : chip.parse(text);
    const auto theirs = message ? linux_parser.parse_message(text) : linux_parser.parse(text);
    ASSERT_EQ(ours.has_value(), theirs.has_value()) << text;
    if (!ours) {
      EXPECT_EQ(ours.error().code, theirs.error().code) << text;
      continue;
    }
    const auto last_of = [](const Patch& patch) {
      std::vector<std::string> keys;
      for (const PatchEntry& entry : patch) keys.push_back(entry.key);
      return keys;
    };
    if (!text.contains("twice")) {
      EXPECT_EQ(last_of(*ours), last_of(*theirs)) << text;
      EXPECT_EQ(*ours, *theirs) << text;
    }
  }
}

TEST(ChipPatchParser, ReadsWhatTheLinuxDisplayReads) {
  for (const char* text :
       {R"({"panel":{"rotation":90,"gamma":2.5},"upload":{"enable":false},
            "http":{"hosts":["a","b"]},"log":{"level":"debug"},"player":{"dwell_s":null}})",
        R"({"panel.rotation":90,"http.hosts":[],"x":-7,"y":1e3,"z":"\u00fc\ud83d\ude00\n"})",
        " {} \r\n\t ",
        R"({"panel":{}})",
        "",
        "{",
        R"({"panel":{"rotation":90})",
        "{} x",
        "{}{}",
        "[]",
        "90",
        "null",
        "\"take\"",
        "panel.rotation=90",
        "{'a':1}",
        R"({"a":1,})",
        R"({"http":{"hosts":["a",1]}})",
        R"({"a":[{}]})",
        R"({"type":"take","x":[1,{"y":2}],"z":{"a":1,"b":[2]}})",
        "{\"a\":\"\xFF\"}",
        "{\"a\":\"\xC3\xBC\"}",
        "{\"a\":\"\xC0\x80\"}",
        "{\"a\":\"\xED\xA0\x80\"}",
        R"({"a":9223372036854775807,"b":-9223372036854775808})",
        R"({"a":9223372036854775808})",
        R"({"a":01})",
        R"({"a":1.})",
        "{\"a\":\"\t\"}",
        R"({"a":"\x"})"})
    expect_same(text);
}

TEST(ChipPatchParser, DeepNestingIsRefusedCheaply) {
  std::string text;
  for (int i = 0; i < 5000; ++i) text += "{\"a\":";
  expect_same(text);
  expect_same(std::string(30'000, '['));
  std::string eight = "{\"a\":1}";
  for (int i = 1; i < 8; ++i) eight = "{\"a\":" + eight + "}";
  EXPECT_TRUE(ChipPatchParser().parse(eight));
  EXPECT_FALSE(ChipPatchParser().parse("{\"a\":" + eight + "}"));
}

TEST(ChipPatchParser, TheLastDuplicateWins) {
  const auto patch = ChipPatchParser().parse(R"({"panel":{"rotation":90},"panel.rotation":270})");
  ASSERT_TRUE(patch);
  const auto config = apply(Config{}, *patch, true);
  ASSERT_TRUE(config);
  EXPECT_EQ(config->panel.rotation, Rotation::k270);
}

TEST(ChipPatchParser, WhatTheDisplayWritesReadsBack) {
  Config config;
  config.http.hosts = {"a.example", "::1"};
  config.panel.gamma = 2.2;
  config.storage.root = "/sdcard/\"quoted\" \\ ünïcode";
  const auto patch = ChipPatchParser().parse(config_json(config));
  ASSERT_TRUE(patch) << patch.error().message.view();
  const auto again = apply(Config{}, *patch, false);
  ASSERT_TRUE(again) << again.error().message.view();
  EXPECT_EQ(config_json(*again), config_json(config));
}

}  // namespace
}  // namespace p3a
