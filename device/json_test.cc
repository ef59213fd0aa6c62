#include "device/json.h"

#include <gtest/gtest.h>

#include <limits>

namespace p3a {
namespace {

TEST(JsonWriter, SeparatesMembersAndElements) {
  JsonWriter json;
  json.begin_object()
      .member("ok", true)
      .key("list")
      .begin_array()
      .value(1)
      .value(-2)
      .value("x")
      .end_array();
  json.key("none").null().member("pi", 3.5).end_object();
  EXPECT_EQ(json.text(), R"({"ok":true,"list":[1,-2,"x"],"none":null,"pi":3.5})");
}

TEST(JsonWriter, EscapesWhateverAFileNameHolds) {
  JsonWriter json;
  json.value(std::string_view("\"\\\n\x01</script>\0é", 17 - 1 + 1));
  EXPECT_EQ(json.text().find('\0'), std::string::npos);
  EXPECT_TRUE(json.text().starts_with(R"("\"\\\n\u0001</script>\u0000)"));
}

TEST(JsonWriter, ReplacesBytesThatAreNotUtf8) {
  JsonWriter json;
  json.begin_array()
      .value("\xFF")
      .value("\xC0\xAF")
      .value("\xED\xA0\x80")
      .value("\xF0\x9F\x98\x80")
      .value("\xE2\x82");
  json.end_array();
  EXPECT_EQ(
      json.text(),
      "[\"\xEF\xBF\xBD\",\"\xEF\xBF\xBD\xEF\xBF\xBD\",\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\","
      "\"\xF0\x9F\x98\x80\",\"\xEF\xBF\xBD\xEF\xBF\xBD\"]");
}

TEST(JsonWriter, HasNoWordForInfinity) {
  JsonWriter json;
  json.value(std::numeric_limits<double>::infinity());
  EXPECT_EQ(json.text(), "null");
}

}  // namespace
}  // namespace p3a
