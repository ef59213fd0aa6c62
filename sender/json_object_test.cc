#include "sender/json_object.h"

#include <gtest/gtest.h>

namespace p3a::sender {
namespace {

TEST(JsonObject, ReadsEveryKindOfMember) {
  const auto json = JsonObject::parse(
      R"( {"s":"a\"b\\\/\n\u00e9\ud83d\ude00","t":true,"n":-12,"f":1.5e2,"o":{"x":[1,{}]},)"
      R"("a":["jpeg",1,null,"png"],"s":"second"} )");
  ASSERT_TRUE(json.has_value());
  EXPECT_EQ(json->text("s"), "a\"b\\/\n\u00e9\U0001F600");
  EXPECT_EQ(json->flag("t"), true);
  EXPECT_EQ(json->whole("n"), -12);
  EXPECT_EQ(json->number("f"), 150);
  EXPECT_EQ(json->number("n"), -12);
  ASSERT_TRUE(json->object("o").has_value());
  EXPECT_EQ(json->texts("a"), (std::vector<std::string>{"jpeg", "png"}));
}

TEST(JsonObject, WhatIsMissingOrOfAnotherTypeReadsAsNothing) {
  const auto json = JsonObject::parse(R"({"s":"1","n":1.0,"b":null,"big":9223372036854775808})");
  ASSERT_TRUE(json.has_value());
  EXPECT_FALSE(json->whole("s").has_value());
  EXPECT_FALSE(json->whole("n").has_value());
  EXPECT_FALSE(json->whole("big").has_value());
  EXPECT_FALSE(json->flag("b").has_value());
  EXPECT_FALSE(json->text("none").has_value());
  EXPECT_FALSE(json->object("s").has_value());
  EXPECT_TRUE(json->texts("s").empty());
}

TEST(JsonObject, WhatIsNoObjectIsNothing) {
  for (const char* text : {"",
                           " ",
                           "null",
                           "[]",
                           "{",
                           "{}x",
                           "{}{}",
                           "{,}",
                           R"({"a"})",
                           R"({"a":})",
                           R"({"a":1,})",
                           R"({a:1})",
                           R"({"a":01})",
                           R"({"a":1.})",
                           R"({"a":-})",
                           R"({"a":1e})",
                           R"({"a":tru})",
                           R"({"a":"x)",
                           R"({"a":"\x"})",
                           R"({"a":"\u12"})",
                           R"({"a":"\u12g4"})",
                           R"({"a":"\)",
                           "{\"a\":\"\n\"}",
                           R"({"a":[1,]})",
                           R"({"a":[1)",
                           R"({1:2})"}) {
    EXPECT_FALSE(JsonObject::parse(text).has_value()) << text;
  }
}

TEST(JsonObject, DepthIsBounded) {
  const auto nested = [](std::size_t depth) {
    return R"({"a":)" + std::string(depth, '[') + std::string(depth, ']') + "}";
  };
  EXPECT_TRUE(JsonObject::parse(nested(30)).has_value());
  EXPECT_FALSE(JsonObject::parse(nested(100'000)).has_value());
}

TEST(JsonObject, HalfASurrogatePairIsAReplacementCharacter) {
  const auto json = JsonObject::parse(R"({"a":"\ud83dx","b":"\ude00","c":"\ud83d\u0041"})");
  ASSERT_TRUE(json.has_value());
  EXPECT_EQ(json->text("a"), "\uFFFDx");
  EXPECT_EQ(json->text("b"), "\uFFFD");
  EXPECT_EQ(json->text("c"), "\uFFFDA");
}

}  // namespace
}  // namespace p3a::sender
