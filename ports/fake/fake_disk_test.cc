#include "ports/fake/fake_disk.h"

#include <gtest/gtest.h>

#include <array>
#include <set>

namespace p3a {
namespace {

StoragePath path(std::string_view text) { return *StoragePath::parse(text); }

ByteView bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

TEST(FakeDisk, ReadsBackWhatWasWritten) {
  FakeDisk disk;
  ASSERT_TRUE(disk.make_folder(path("a/b")));
  auto file = disk.create(path("a/b/x"));
  ASSERT_TRUE(file);
  ASSERT_TRUE((*file)->write(bytes("hello ")));
  ASSERT_TRUE((*file)->write(bytes("world")));
  EXPECT_EQ(disk.contents("a/b/x"), "hello world");
  const auto listed = disk.list(path("a/b"));
  ASSERT_TRUE(listed);
  ASSERT_EQ(listed->size(), 1u);
  EXPECT_EQ(listed->front().name, "x");
  EXPECT_EQ(listed->front().size, 11u);
  EXPECT_FALSE(disk.create(path("a/b/x")));
  EXPECT_FALSE(disk.create(path("no/folder")));
}

TEST(FakeDisk, OpenFileOutlivesItsName) {
  FakeDisk disk;
  disk.put("x", "old");
  disk.put("y", "new");
  auto open = disk.open(path("x"));
  ASSERT_TRUE(open);
  ASSERT_TRUE(disk.rename(path("y"), path("x")));
  std::array<std::uint8_t, 3> out{};
  EXPECT_EQ((*open)->read_at(0, out), 3u);
  EXPECT_EQ(out[0], 'o');
  EXPECT_EQ(disk.files(), std::vector<std::string>{"x"});
}

TEST(FakeDisk, AnExchangeIsNeverHalfDone) {
  FakeDisk disk;
  disk.put("x", "old");
  disk.put("t", "new");
  ASSERT_TRUE(*disk.exchange(path("t"), path("x")));
  EXPECT_EQ(disk.contents("x"), "new");
  EXPECT_EQ(disk.contents("t"), "old");
  std::set<std::string> seen;
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    const auto after = disk.after(Crash::kPowerLost, seed);
    seen.insert(*after->contents("x") + *after->contents("t"));
  }
  EXPECT_EQ(seen, (std::set<std::string>{"oldnew", "newold"}));
}

TEST(FakeDisk, WhatIsWrittenOverMixesWhenPowerIsLost) {
  FakeDisk disk;
  disk.put("x", "aaaa");
  {
    const auto reader = disk.open(path("x"));
    EXPECT_FALSE(disk.overwrite(path("x")));
  }
  auto file = disk.overwrite(path("x"));
  ASSERT_TRUE(file);
  ASSERT_TRUE((*file)->write(bytes("bbb")));
  std::set<std::string> seen;
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    seen.insert(*disk.after(Crash::kPowerLost, seed)->contents("x"));
  }
  EXPECT_TRUE(seen.contains("aaaa"));
  EXPECT_TRUE(seen.contains("bbaa"));
  ASSERT_TRUE((*file)->truncate());
  EXPECT_EQ(disk.contents("x"), "bbb");
  ASSERT_TRUE((*file)->sync());
  EXPECT_EQ(disk.after(Crash::kPowerLost, 0)->contents("x"), "bbb");
}

TEST(FakeDisk, FailsTheNamedCallOnly) {
  FakeDisk disk;
  disk.fail_at(2, ErrorCode::kStorageFull);
  auto file = disk.create(path("x"));
  ASSERT_TRUE(file);
  const auto failed = (*file)->write(bytes("abcd"));
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, ErrorCode::kStorageFull);
  EXPECT_EQ(disk.contents("x"), "ab");
  EXPECT_TRUE((*file)->write(bytes("ef")));
}

TEST(FakeDisk, NothingHappensOnceTheMachineHasStopped) {
  FakeDisk disk;
  disk.put("old", "1");
  disk.stop_at(1);
  EXPECT_FALSE(disk.remove(path("old")));
  EXPECT_FALSE(disk.rename(path("old"), path("new")));
  EXPECT_EQ(disk.files(), std::vector<std::string>{"old"});
}

TEST(FakeDisk, PowerLossKeepsWhatWasSynced) {
  FakeDisk disk;
  auto file = disk.create(path("x"));
  ASSERT_TRUE(file);
  ASSERT_TRUE((*file)->write(bytes("abcdefgh")));
  ASSERT_TRUE((*file)->sync());
  ASSERT_TRUE(disk.sync_folder(std::nullopt));
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    EXPECT_EQ(disk.after(Crash::kPowerLost, seed)->contents("x"), "abcdefgh");
  }
}

TEST(FakeDisk, PowerLossMayTakeWhatWasNot) {
  FakeDisk disk;
  disk.put("x", "old");
  auto file = disk.create(path("t"));
  ASSERT_TRUE(file);
  ASSERT_TRUE((*file)->write(bytes("new!")));
  ASSERT_TRUE(disk.rename(path("t"), path("x")));
  std::set<std::optional<std::string>> seen;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    seen.insert(disk.after(Crash::kPowerLost, seed)->contents("x"));
  }
  EXPECT_TRUE(seen.contains("old"));   // the rename was lost
  EXPECT_TRUE(seen.contains("new!"));  // everything arrived
  EXPECT_TRUE(seen.contains(""));      // the name arrived before the bytes
  EXPECT_TRUE(seen.contains("ne"));
  EXPECT_EQ(disk.after(Crash::kPowerLost, 0)->contents("x"), "old");
  EXPECT_EQ(disk.after(Crash::kProcessKilled)->contents("x"), "new!");
}

TEST(FakeDisk, IsFullWhenItsCapacityIsUsed) {
  FakeDisk disk;
  disk.set_capacity(4);
  auto file = disk.create(path("x"));
  ASSERT_TRUE(file);
  EXPECT_TRUE((*file)->write(bytes("1234")));
  EXPECT_EQ((*file)->write(bytes("5")).error().code, ErrorCode::kStorageFull);
  EXPECT_EQ(disk.totals()->free_bytes, 0u);
}

}  // namespace
}  // namespace p3a
