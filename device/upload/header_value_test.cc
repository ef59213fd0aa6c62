#include "device/upload/header_value.h"

#include <gtest/gtest.h>

namespace p3a {
namespace {

TEST(HeaderValue, MediaTypeIsTheFirstWord) {
  EXPECT_EQ(media_type("image/png"), "image/png");
  EXPECT_EQ(media_type("  text/plain ; charset=utf-8"), "text/plain");
  EXPECT_EQ(media_type(""), "");
  EXPECT_EQ(media_type("; x=1"), "");
  EXPECT_TRUE(equals_ignoring_case("Image/PNG", "image/png"));
  EXPECT_FALSE(equals_ignoring_case("image/pn", "image/png"));
}

TEST(HeaderValue, FindsParameters) {
  EXPECT_EQ(find_parameter("a; boundary=xyz", "boundary")->value, "xyz");
  EXPECT_EQ(find_parameter("a;charset=u;BOUNDARY = \"x;y\" ; c=d", "boundary")->value, "x;y");
  EXPECT_EQ(find_parameter("a; b=\"x\"; c=d", "c")->value, "d");
  EXPECT_EQ(find_parameter("a; flag; c=d", "c")->value, "d");
  EXPECT_EQ(find_parameter("a; name=\"filename=evil\"; filename=\"good\"", "filename")->value,
            "good");
  EXPECT_EQ(find_parameter("a; filename=\"q\\\"q; c=x\"; c=d", "c")->value, "d");
  EXPECT_EQ(find_parameter("a; f=\"C:\\dir\\p.png\"", "f")->value, "C:\\dir\\p.png");
}

TEST(HeaderValue, FindsNothingWhereThereIsNothing) {
  EXPECT_FALSE(find_parameter("", "b"));
  EXPECT_FALSE(find_parameter("b=c", "b"));
  EXPECT_FALSE(find_parameter("a; xb=c", "b"));
  EXPECT_FALSE(find_parameter("a; b=\"never closed", "b"));
  EXPECT_FALSE(find_parameter("a; b=\"x\" rubbish; c=d", "c"));
}

}  // namespace
}  // namespace p3a
