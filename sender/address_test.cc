#include "sender/address.h"

#include <gtest/gtest.h>

#include <array>

namespace p3a::sender {
namespace {

TEST(Address, WhatUsersType) {
  struct Case {
    const char* text;
    const char* host;
    std::uint16_t port;
    const char* path;
    bool tls = false;
  };
  for (const Case& c :
       {Case{"p3a.local:8080", "p3a.local", 8080, "/stream"},
        Case{"192.0.2.7:81", "192.0.2.7", 81, "/stream"},
        Case{"[fe80::1]:8080", "fe80::1", 8080, "/stream"},
        Case{"http://pi:8080/", "pi", 8080, "/stream"}, Case{"ws://pi:81/live", "pi", 81, "/live"},
        Case{"https://pi:8080", "pi", 8080, "/stream", true},
        Case{"wss://[fe80::1]:81/live", "fe80::1", 81, "/live", true}}) {
    const auto result = parse_address(c.text, "/stream", "t", "ca.pem");
    ASSERT_TRUE(result.has_value()) << c.text;
    ASSERT_EQ(result->size(), 1u) << c.text;
    EXPECT_EQ(result->front().host, c.host);
    EXPECT_EQ(result->front().port, c.port);
    EXPECT_EQ(result->front().path, c.path);
    EXPECT_EQ(result->front().token, "t");
    EXPECT_EQ(result->front().tls, c.tls);
    EXPECT_EQ(result->front().ca_file, "ca.pem");
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
  const auto tls = parse_address("https://p3a.local", "/stream", "");
  ASSERT_TRUE(tls.has_value());
  ASSERT_EQ(tls->size(), 3u);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ((*tls)[i].port, (std::array{443, 80, 8080}[i]));
    EXPECT_TRUE((*tls)[i].tls);
  }
}

TEST(Address, WhatIsNoneIsRefusedWithASentence) {
  for (const char* text : {"", ":80", "pi:", "pi:0", "pi:65536", "pi:8o", "[::1", "[::1]x", "a b",
                           "pi\r\nX: y", "https://", "http://", "wss://pi:0"}) {
    const auto result = parse_address(text, "/stream", "");
    ASSERT_FALSE(result.has_value()) << text;
    EXPECT_EQ(result.error().code, ErrorCode::kInvalidValue);
    EXPECT_FALSE(result.error().message.view().empty());
  }
  EXPECT_FALSE(parse_address("pi", "/stream", "token\r\nX: y").has_value());
}

}  // namespace
}  // namespace p3a::sender
