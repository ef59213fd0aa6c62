#include <gtest/gtest.h>

#include "device/ports.h"

namespace p3a {
namespace {

TEST(StoragePath, TakesNamesBelowTheRoot) {
  const auto path = StoragePath::parse("animations/td_live.png");
  ASSERT_TRUE(path.has_value());
  EXPECT_EQ(path->name(), "td_live.png");
  EXPECT_EQ(path->folder()->text(), "animations");
  EXPECT_FALSE(path->folder()->folder().has_value());
}

TEST(StoragePath, CannotNameAnythingOutsideTheRoot) {
  using namespace std::string_view_literals;
  for (const std::string_view bad : {""sv, "/"sv, "/etc/passwd"sv, ".."sv, "a/../b"sv, "a/.."sv,
                                     "a//b"sv, "a/"sv, "./a"sv, "a\0b"sv}) {
    EXPECT_FALSE(StoragePath::parse(bad).has_value()) << bad;
  }
  EXPECT_FALSE(StoragePath::parse(std::string(300, 'x')).has_value());
  EXPECT_TRUE(StoragePath::parse(std::string(255, 'x')).has_value());
}

}  // namespace
}  // namespace p3a
