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

TEST(OneProcessor, IsSharedByWhoEntersAndWhomItStarts) {
  const cpu_set_t before = allowed();
  std::thread([&] {  // a thread of its own: the test's stays as it is
    const OneProcessor one;
    const cpu_set_t outside = allowed();
    EXPECT_TRUE(CPU_EQUAL(&outside, &before));
    one.enter();
    const cpu_set_t inside = allowed();
    EXPECT_EQ(CPU_COUNT(&inside), 1);
    cpu_set_t both;
    CPU_AND(&both, &inside, &before);
    EXPECT_TRUE(CPU_EQUAL(&both, &inside)) << "one of those that were allowed";
    std::thread([&] {
      const cpu_set_t started = allowed();
      EXPECT_TRUE(CPU_EQUAL(&started, &inside));
    }).join();
    one.enter();
    const cpu_set_t again = allowed();
    EXPECT_TRUE(CPU_EQUAL(&again, &inside));
  })
      .join();
  const cpu_set_t after = allowed();
  EXPECT_TRUE(CPU_EQUAL(&after, &before)) << "nobody else is moved";
}

}  // namespace
}  // namespace p3a
