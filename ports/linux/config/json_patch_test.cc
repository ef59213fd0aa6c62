#include "ports/linux/config/json_patch.h"

#include <gtest/gtest.h>

#include "device/config/config_apply.h"
#include "device/config/config_text.h"

namespace p3a {
namespace {

using std::string_literals::operator""s;

Patch patch_of(std::string_view text) {
  const auto patch = JsonPatchParser().parse(text);
  EXPECT_TRUE(patch) << text << ": " << (patch ? "" : patch.error().message.view());
  return patch.value_or(Patch{});
}

std::string refusal(std::string_view text) {
  const auto patch = JsonPatchParser().parse(text);
  EXPECT_FALSE(patch) << text;
  if (patch) return {};
  EXPECT_EQ(patch.error().code, ErrorCode::kInvalidJson);
  return std::string(patch.error().message.view());
}

TEST(JsonPatch, ReadsEveryTypeNestedAndDotted) {
  const Patch expected = {
      {"panel.rotation", std::int64_t{90}},    {"panel.gamma", 2.5},    {"upload.enable", false},
      {"http.hosts", std::vector{"a"s, "b"s}}, {"log.level", "debug"s}, {"player.dwell_s", {}}};
  EXPECT_EQ(patch_of(R"({"panel":{"rotation":90,"gamma":2.5},"upload":{"enable":false},
                         "http":{"hosts":["a","b"]},"log":{"level":"debug"},
                         "player":{"dwell_s":null}})"),
            expected);
  EXPECT_EQ(patch_of(R"({"panel.rotation":90,"panel.gamma":2.5,"upload.enable":false,
                         "http.hosts":["a","b"],"log.level":"debug","player.dwell_s":null})"),
            expected);
}

TEST(JsonPatch, TheLastDuplicateWins) {
  const Patch patch = patch_of(R"({"panel.rotation":90,"panel.rotation":180})");
  ASSERT_EQ(patch.size(), 1u);
  EXPECT_EQ(patch[0].value, Value(std::int64_t{180}));
  const auto config =
      apply(Config{}, patch_of(R"({"panel":{"rotation":90},"panel.rotation":270})"), true);
  ASSERT_TRUE(config);
  EXPECT_EQ(config->panel.rotation, Rotation::k270);
}

TEST(JsonPatch, TakesWhitespaceAndAnEmptyObject) {
  EXPECT_TRUE(patch_of(" {} \r\n\t ").empty());
  EXPECT_TRUE(patch_of("{\"panel\":{}}").empty());
}

TEST(JsonPatch, SaysWhereItIsWrong) {
  EXPECT_TRUE(refusal("").contains("ends too early"));
  EXPECT_TRUE(refusal("{\"panel\":{\"rotation\":90}").contains("ends too early"));
  EXPECT_TRUE(refusal("{\n  \"panel\": nope\n}").contains("line 2, character 12"))
      << refusal("{\n  \"panel\": nope\n}");
  EXPECT_TRUE(refusal("{} x").contains("line 1, character 4")) << refusal("{} x");
  EXPECT_TRUE(refusal("panel.rotation=90").contains("line 1, character 1"));
}

TEST(JsonPatch, RefusesWhatNoSettingCanBe) {
  EXPECT_TRUE(refusal("[]").contains("a JSON object"));
  EXPECT_TRUE(refusal("90").contains("a JSON object"));
  EXPECT_TRUE(refusal("null").contains("a JSON object"));
  EXPECT_TRUE(refusal(R"({"http":{"hosts":["a",1]}})").contains("http.hosts: a list"));
  EXPECT_TRUE(refusal(R"({"a":[{}]})").contains("a: a list"));
  refusal("{\"a\":\"\xFF\"}");
  refusal("{'a':1}");
  refusal("{\"a\":1,}");
}

TEST(JsonPatch, DeepNestingIsRefusedCheaply) {
  std::string text;
  for (int i = 0; i < 5000; ++i) text += "{\"a\":";
  EXPECT_TRUE(refusal(text).contains("line 1")) << refusal(text);
  refusal(std::string(30000, '['));
}

TEST(JsonPatch, HugeNumbersAreOutOfRangeNotWrapped) {
  for (const char* number : {"18446744073709551615", "9223372036854775808", "1e300", "1e999",
                             "-9223372036854775809", "4294967386"}) {
    const auto patch = JsonPatchParser().parse("{\"panel.rotation\":" + std::string(number) + "}");
    if (patch) {
      EXPECT_FALSE(apply(Config{}, *patch, true)) << number;
    }
  }
}

TEST(JsonPatch, WhatTheDisplayWritesReadsBack) {
  Config config;
  config.http.hosts = {"a.example", "::1"};
  config.panel.gamma = 2.2;
  config.player.dwell_s = 0.1;
  config.picture.background = {1, 2, 255};
  config.storage.root = "/tmp/\"quoted\" \\ ünïcode";
  const auto again = apply(Config{}, patch_of(config_json(config)), false);
  ASSERT_TRUE(again) << again.error().message.view();
  EXPECT_EQ(config_json(*again), config_json(config));
}

TEST(JsonPatch, AMessageMayHaveMembersThatNoSettingCanBe) {
  const auto patch =
      JsonPatchParser().parse_message(R"({"type":"take","x":[1,{"y":2}],"z":{"a":1,"b":[2]}})");
  ASSERT_TRUE(patch);
  EXPECT_EQ(*patch, (Patch{{"type", "take"s}, {"z.a", std::int64_t{1}}}));
}

TEST(JsonPatch, AMessageThatIsNoObjectIsAnInvalidValue) {
  for (const char* text : {R"(["take"])", "null", "1", "\"take\""}) {
    const auto patch = JsonPatchParser().parse_message(text);
    ASSERT_FALSE(patch) << text;
    EXPECT_EQ(patch.error().code, ErrorCode::kInvalidValue) << text;
  }
  for (const char* text : {"", "hello", R"({"type":"take")", "{}{}"}) {
    const auto patch = JsonPatchParser().parse_message(text);
    ASSERT_FALSE(patch) << text;
    EXPECT_EQ(patch.error().code, ErrorCode::kInvalidJson) << text;
  }
}

}  // namespace
}  // namespace p3a
