#include "ports/client/send/json_text.h"

#include <gtest/gtest.h>

namespace p3a::sender {
namespace {

TEST(JsonText, QuotesWhatWouldEndTheText) {
  EXPECT_EQ(quoted("a\"b\\c\n\x1b"), R"("a\"b\\c\u000a\u001b")");
  EXPECT_EQ(quoted(""), "\"\"");
}

TEST(JsonText, SetsOutOneMemberALine) {
  EXPECT_EQ(
      pretty_json(R"({"a":[1, 2],"b":{},"c":"x:{,\"","d":[ ]})"),
      "{\n  \"a\": [\n    1,\n    2\n  ],\n  \"b\": {},\n  \"c\": \"x:{,\\\"\",\n  \"d\": []\n}");
}

TEST(JsonText, TakesWhatIsNoJsonWithoutHarm) {
  EXPECT_EQ(pretty_json(""), "");
  EXPECT_EQ(pretty_json("}]"), "\n}\n]");
  EXPECT_EQ(pretty_json("\"\\"), "\"\\");
}

}  // namespace
}  // namespace p3a::sender
