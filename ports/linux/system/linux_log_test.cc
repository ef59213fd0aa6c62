#include "ports/linux/system/linux_log.h"

#include <gtest/gtest.h>

namespace p3a {
namespace {

TEST(PrintableLine, KeepsAFileNameFromForgingALine) {
  EXPECT_EQ(printable_line("a.png\n<3>forged\x1b[2J"), "a.png\\x0a<3>forged\\x1b[2J");
  EXPECT_EQ(printable_line("Grüße\u00a0"), "Grüße\u00a0");
  EXPECT_EQ(printable_line("\u009b2J"), "\\xc2\\x9b2J");
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
