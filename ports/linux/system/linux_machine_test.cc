#include "ports/linux/system/linux_machine.h"

#include <gtest/gtest.h>

namespace p3a {
namespace {

TEST(LinuxMachine, KnowsItsMemory) {
  LinuxMachine machine;
  const MachineStatus status = machine.status();
  EXPECT_GT(status.rss_bytes, 1u << 20);
  EXPECT_GT(status.available_bytes, status.rss_bytes / 100);
}

}  // namespace
}  // namespace p3a
