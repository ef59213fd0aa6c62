#include "device/api/access.h"

#include <gtest/gtest.h>

#include <array>

namespace p3a {
namespace {

const std::array<std::string, 2> kNames{"p3a.local", "wall.example"};

std::string verdict(std::string_view host, std::string_view origin = {}) {
  const Status status = check_access({.host = host, .origin = origin, .local_address = "192.0.2.1"},
                                     {.names = kNames, .token = {}});
  return status ? "ok" : std::string(code_name(status.error().code));
}

TEST(Access, AnswersToAddressesAndOwnNames) {
  for (const auto* host :
       {"127.0.0.1", "192.168.1.7:8080", "localhost", "LOCALHOST:80", "[::1]:8080", "[fe80::1]",
        "p3a.local", "P3A.local.:8080", "wall.example"}) {
    EXPECT_EQ(verdict(host), "ok") << host;
  }
}

TEST(Access, RefusesNamesThatAStrangerCouldPointAtUs) {
  for (const auto* host :
       {"", "evil.example", "127.evil", "127.0.0.1.evil.example", "p3a.local.evil.example", "1.2.3",
        "1.2.3.4.5", "256.1.1.1", "localhost.evil", "[::1", "[evil]", "p3a.local:80:80",
        "p3a.local:http", "p3a.local:123456", "xp3a.local", "0x7f000001"}) {
    EXPECT_EQ(verdict(host), "FORBIDDEN_HOST") << host;
  }
}

TEST(Access, LetsOwnPagesIn) {
  EXPECT_EQ(verdict("192.168.1.7:8080", "http://192.168.1.7:8080"), "ok");
  EXPECT_EQ(verdict("192.168.1.7:8081", "http://192.168.1.7:8080"), "ok");
  EXPECT_EQ(verdict("[::1]:8080", "http://[::1]:8080"), "ok");
  EXPECT_EQ(verdict("p3a.local", "https://p3a.local"), "ok");
  EXPECT_EQ(verdict("localhost:8080", "http://localhost:8080"), "ok");
  EXPECT_EQ(verdict("p3a.local", "http://192.0.2.1"), "ok") << "our end of the connection";
}

TEST(Access, KeepsOtherSitesOut) {
  for (const auto* origin :
       {"http://evil.example", "null", "file://", "http://203.0.113.9", "http://127.evil",
        "chrome-extension://abc", "http://", "http://p3a.local.evil.example"}) {
    EXPECT_EQ(verdict("192.168.1.7", origin), "FORBIDDEN_ORIGIN") << origin;
  }
}

std::string with_token(std::string_view authorization, bool needs_no_token = false) {
  const Status status = check_access(
      {.host = "192.0.2.1", .authorization = authorization, .needs_no_token = needs_no_token},
      {.names = kNames, .token = "correct-horse-battery"});
  return status ? "ok" : std::string(code_name(status.error().code));
}

TEST(Access, WantsTheWholeTokenAndNothingElse) {
  EXPECT_EQ(with_token("Bearer correct-horse-battery"), "ok");
  EXPECT_EQ(with_token("bearer correct-horse-battery"), "ok");
  EXPECT_EQ(with_token("", true), "ok") << "the page, which asks for it";
  for (const auto* wrong :
       {"", "Bearer", "Bearer ", "Bearer correct-horse-batter", "Bearer correct-horse-battery2",
        "Bearer correct-horse-battery ", "Bearer  correct-horse-battery", "Bearer c",
        "Bearer orrect-horse-battery", "Bearer CORRECT-HORSE-BATTERY", "correct-horse-battery",
        "Basic correct-horse-battery", "Bearer correct-horse-batterycorrect-horse-battery"}) {
    EXPECT_EQ(with_token(wrong), "UNAUTHORIZED") << wrong;
  }
}

TEST(Access, AnEmptyTokenIsNeverTheSame) {
  EXPECT_FALSE(same_token("", ""));
  EXPECT_FALSE(same_token("a", ""));
  EXPECT_FALSE(same_token("", "a"));
  EXPECT_TRUE(same_token("a", "a"));
  EXPECT_FALSE(same_token(std::string_view("a\0", 2), "a"));
}

}  // namespace
}  // namespace p3a
