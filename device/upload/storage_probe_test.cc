#include "device/upload/storage_probe.h"

#include <gtest/gtest.h>

#include "ports/fake/fake_clock.h"
#include "ports/fake/fake_disk.h"
#include "ports/fake/fake_log.h"

namespace p3a {
namespace {

struct Bench {
  FakeDisk disk;
  FakeClock clock;
  FakeLog log;
  StorageProbe probe{disk, clock, log};
};

TEST(StorageProbe, LeavesNothingBehindOnAHealthyDisk) {
  Bench bench;
  bench.disk.put("animations/x.png", "1234");
  bench.disk.set_capacity(10'000);
  bench.disk.put(".probe-0.tmp", "of a run that was killed");
  bench.probe.run();
  bench.probe.run();
  const StorageHealth health = bench.probe.health();
  EXPECT_TRUE(health.healthy);
  EXPECT_EQ(health.last_checked, bench.clock.now());
  EXPECT_EQ(health.last_error, "");
  EXPECT_EQ(health.totals.total_bytes, 10'000u);
  EXPECT_EQ(health.totals.free_bytes, 9'996u);
  EXPECT_EQ(bench.disk.files(), std::vector<std::string>{"animations/x.png"});
  EXPECT_TRUE(bench.log.lines().empty());
}

TEST(StorageProbe, NoticesEveryKindOfFailure) {
  Bench healthy;
  healthy.probe.run();
  for (std::size_t call = 1; call <= healthy.disk.call_count(); ++call) {
    Bench bench;
    bench.disk.fail_at(call, ErrorCode::kStorageFull);
    bench.probe.run();
    EXPECT_FALSE(bench.probe.health().healthy) << "call " << call;
    EXPECT_EQ(bench.probe.health().last_error, "The storage is full.");
    EXPECT_EQ(bench.log.count("not healthy"), 1u);
    bench.probe.run();
    EXPECT_TRUE(bench.probe.health().healthy);
    EXPECT_EQ(bench.log.count("healthy again"), 1u);
    EXPECT_TRUE(bench.disk.files().empty());
  }
}

TEST(StorageProbe, NoticesWrongBytesAndSaysSoOnce) {
  Bench bench;
  bench.disk.corrupt_reads(true);
  for (int i = 0; i < 3; ++i) bench.probe.run();
  EXPECT_FALSE(bench.probe.health().healthy);
  EXPECT_EQ(bench.log.count("not healthy"), 1u);
  EXPECT_TRUE(bench.disk.files().empty());
}

}  // namespace
}  // namespace p3a
