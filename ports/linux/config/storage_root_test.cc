#include "ports/linux/config/storage_root.h"

#include <gtest/gtest.h>

#include <map>

namespace p3a {
namespace {

std::string root_with(const std::map<std::string, std::string>& variables) {
  return default_storage_root([&](const char* name) -> const char* {
    const auto found = variables.find(name);
    return found == variables.end() ? nullptr : found->second.c_str();
  });
}

TEST(StorageRoot, FollowsTheEnvironment) {
  EXPECT_EQ(root_with({{"STATE_DIRECTORY", "/var/lib/p3a-live:/var/lib/other"},
                       {"XDG_DATA_HOME", "/data"},
                       {"HOME", "/root"}}),
            "/var/lib/p3a-live");
  EXPECT_EQ(root_with({{"XDG_DATA_HOME", "/data"}, {"HOME", "/home/a"}}), "/data/p3a-live");
  EXPECT_EQ(root_with({{"HOME", "/home/a"}}), "/home/a/.local/share/p3a-live");
  EXPECT_EQ(root_with({}), "/var/lib/p3a-live");
}

TEST(StorageRoot, WhatIsNotAbsoluteDoesNotCount) {
  EXPECT_EQ(root_with({{"STATE_DIRECTORY", ""}, {"XDG_DATA_HOME", "data"}, {"HOME", "/home/a"}}),
            "/home/a/.local/share/p3a-live");
}

}  // namespace
}  // namespace p3a
