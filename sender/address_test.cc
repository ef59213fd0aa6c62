#include "sender/address.h"

#include <gtest/gtest.h>

namespace p3a::sender {
namespace {

TEST(Address, WhatUsersType) {
  struct Case {
    const char* text;
    const char* host;
    std::uint16_t port;
    const char* path;
  };
  for (const Case& c : {Case{"p3a.local:8080", "p3a.local", 8080, "/stream"},
                        Case{"192.0.2.7:81", "192.0.2.7", 81, "/stream"},
                        Case{"[fe80::1]:8080", "fe80::1", 8080, "/stream"},
                        Case{"http://pi:8080/", "pi", 8080, "/stream"},
                        Case{"ws://pi:81/live", "pi", 81, "/live"}}) {
    const auto result = parse_address(c.text, "/stream", "t");
    ASSERT_TRUE(result.has_value()) << c.text;
    ASSERT_EQ(result->size(), 1u) << c.text;
    EXPECT_EQ(result->front().host, c.host);
    EXPECT_EQ(result->front().port, c.port);
    EXPECT_EQ(result->front().path, c.path);
    EXPECT_EQ(result->front().token, "t");
  }
}

TEST(Address, WithoutAPortBothUsualOnesAreTried) {
  for (const char* text : {"p3a.local", "::1", "[::1]", "http://p3a.local/"}) {
    const auto result = parse_address(text, "/stream", "");
    ASSERT_TRUE(result.has_value()) << text;
    ASSERT_EQ(result->size(), 2u);
    EXPECT_EQ((*result)[0].port, 80);
    EXPECT_EQ((*result)[1].port, 8080);
    EXPECT_EQ((*result)[0].host, (*result)[1].host);
  }
}

TEST(Address, WhatIsNoneIsRefusedWithASentence) {
  for (const char* text : {"", ":80", "pi:", "pi:0", "pi:65536", "pi:8o", "[::1", "[::1]x", "a b",
                           "pi\r\nX: y", "https://pi", "http://"}) {
    const auto result = parse_address(text, "/stream", "");
    ASSERT_FALSE(result.has_value()) << text;
    EXPECT_EQ(result.error().code, ErrorCode::kInvalidValue);
    EXPECT_FALSE(result.error().message.view().empty());
  }
  EXPECT_FALSE(parse_address("pi", "/stream", "token\r\nX: y").has_value());
}

}  // namespace
}  // namespace p3a::sender
