#include "ports/linux/system/display_id.h"

#include <gtest/gtest.h>

#include <filesystem>

namespace p3a {
namespace {

// By Python: uuid.uuid5(uuid.UUID("7d0c5a52-6d2f-4c5e-9b0e-3b1f6a0d4e71"), "abc\n/srv/p3a")
TEST(DisplayId, IsTheBeginningOfAUuidOfMachineAndFolder) {
  EXPECT_EQ(display_id("abc", "/srv/p3a"), "p3a-801fccbab4e9");
  EXPECT_NE(display_id("abc", "/srv/p3b"), display_id("abc", "/srv/p3a"));
  EXPECT_NE(display_id("abd", "/srv/p3a"), display_id("abc", "/srv/p3a"));
}

TEST(DisplayId, IsTheSameHoweverTheFolderIsWritten) {
  const std::string folder = std::filesystem::temp_directory_path() / "not-there-yet";
  EXPECT_EQ(this_display_id(folder), this_display_id(folder + "/../not-there-yet"));
  EXPECT_NE(this_display_id(folder), this_display_id(folder + "2"));
}

}  // namespace
}  // namespace p3a
