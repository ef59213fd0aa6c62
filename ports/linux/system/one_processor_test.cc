#include "ports/linux/system/one_processor.h"

#include <gtest/gtest.h>

#include <thread>

namespace p3a {
namespace {

cpu_set_t allowed() {
  cpu_set_t set;
  CPU_ZERO(&set);
  EXPECT_EQ(::sched_getaffinity(0, sizeof set, &set), 0);
  return set;
}

TEST(OneProcessor, IsSharedByWhoEntersAndWhomItStartsAndLeftAgain) {
  const cpu_set_t before = allowed();
  std::thread([&] {  // a thread of its own: the test's stays as it is
    const OneProcessor one;
    one.enter();
    const cpu_set_t inside = allowed();
    EXPECT_EQ(CPU_COUNT(&inside), 1);
    std::thread([&] {
      const cpu_set_t started = allowed();
      EXPECT_TRUE(CPU_EQUAL(&started, &inside));
    }).join();
    one.leave();
    const cpu_set_t after = allowed();
    EXPECT_TRUE(CPU_EQUAL(&after, &before));
    one.enter();
    const cpu_set_t again = allowed();
    EXPECT_TRUE(CPU_EQUAL(&again, &inside));
  })
      .join();
}

}  // namespace
}  // namespace p3a
