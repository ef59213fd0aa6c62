#include "ports/linux/system/linux_log.h"

#include <gtest/gtest.h>

namespace p3a {
namespace {

TEST(PrintableLine, KeepsAFileNameFromForgingALine) {
  EXPECT_EQ(printable_line("a.png\n<3>forged\x1b[2J"), "a.png\\x0a<3>forged\\x1b[2J");
  EXPECT_EQ(printable_line("Grüße\u00a0"), "Grüße\u00a0");
  EXPECT_EQ(printable_line("\u009b2J"), "\\xc2\\x9b2J");
}

TEST(PrintableLine, KeepsAFileNameFromTurningTheLineAround) {
  EXPECT_EQ(printable_line("a\u202egnp.exe"), "a\\xe2\\x80\\xaegnp.exe");
  EXPECT_EQ(printable_line("\u2066\u061c\u2028"), "\\xe2\\x81\\xa6\\xd8\\x9c\\xe2\\x80\\xa8");
  EXPECT_EQ(printable_line("\u2027 \u202f\u2014 \xe2\x80"), "\u2027 \u202f\u2014 \xe2\x80");
}

TEST(LinuxLog, WritesOneLineAnEventAtItsLevel) {
  LinuxLog log(true);
  log.set_level(LogLevel::kInfo);
  testing::internal::CaptureStderr();
  log.write(LogLevel::kDebug, "not shown");
  log.write(LogLevel::kWarning, "100 % {} of it\nshown");
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "<4>100 % {} of it\\x0ashown\n");
}

}  // namespace
}  // namespace p3a
