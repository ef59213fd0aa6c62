#include "device/api/memory_watch.h"

#include <gtest/gtest.h>

#include "ports/fake/fake_log.h"

namespace p3a {
namespace {

TEST(MemoryWatch, SaysItOnceWhenCrossedAndOnceWhenRecovered) {
  FakeLog log;
  MemoryWatch watch(log);
  const auto available = [&](std::uint64_t mib) {
    return watch.update({.rss_bytes = 20u << 20, .available_bytes = mib << 20, .address = {}});
  };
  EXPECT_FALSE(available(500));
  EXPECT_TRUE(available(63));
  EXPECT_TRUE(available(10));
  EXPECT_TRUE(available(100)) << "not recovered before twice the limit";
  EXPECT_EQ(log.count("memory is low"), 1u);
  EXPECT_FALSE(available(200));
  EXPECT_EQ(log.count("memory has recovered"), 1u);
}

TEST(MemoryWatch, WhereDriversHaveTheirOwnMemoryThatOneCounts) {
  FakeLog log;
  MemoryWatch watch(log);
  const auto left = [&](std::uint64_t kib) {
    return watch.update(
        {.available_bytes = 5u << 20, .internal_free_bytes = kib << 10, .address = {}});
  };
  EXPECT_FALSE(left(101));
  EXPECT_TRUE(left(99));
  EXPECT_TRUE(left(150));
  EXPECT_EQ(log.count("memory is low: 99 KiB of internal memory are left"), 1u);
  EXPECT_FALSE(left(200));
}

}  // namespace
}  // namespace p3a
