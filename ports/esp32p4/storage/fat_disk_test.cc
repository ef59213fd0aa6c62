// Power cuts at every sector that is written, also while the start repairs what the cut before
// left.
#include "ports/esp32p4/storage/fat_disk.h"

#include <gtest/gtest.h>

#include "device/upload/upload.h"
#include "ports/esp32p4/storage/fake_fat_volume.h"
#include "ports/fake/fake_clock.h"
#include "ports/fake/fake_log.h"
#include "ports/fake/fake_upload_target.h"

namespace p3a {
namespace {

using Files = std::map<std::string, std::string>;

StoragePath path_of(std::string_view text) { return *StoragePath::parse(text); }

Status put(FatDisk& disk, std::string_view path, std::string_view bytes) {
  auto file = disk.create(path_of(path));
  if (!file) return std::unexpected(file.error());
  auto status = (*file)->write({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
  if (status) status = (*file)->sync();
  return status;
}

std::string read(ReadableFile& file) {
  std::string bytes(file.size(), '\0');
  const std::size_t count =
      file.read_at(0, {reinterpret_cast<std::uint8_t*>(bytes.data()), bytes.size()});
  bytes.resize(count);
  return bytes;
}

// A name that fits 8.3 and one that does not.
class FatDiskCut : public testing::TestWithParam<const char*> {
 protected:
  std::string name() const { return GetParam(); }

  std::shared_ptr<FakeFatVolume> with_old() const {
    auto volume = std::make_shared<FakeFatVolume>();
    FatDisk disk(volume);
    EXPECT_TRUE(disk.make_folder(path_of("animations")));
    EXPECT_TRUE(put(disk, name(), "the old one, whole"));
    EXPECT_TRUE(put(disk, "animations/other.gif", "another"));
    return volume;
  }
  // What an upload does: a temporary beside it, synced, renamed onto the name.
  Status replace(FatDisk& disk) const {
    auto status = put(disk, "animations/.upload-7.tmp", "NEW and whole as well");
    if (status) status = disk.rename(path_of("animations/.upload-7.tmp"), path_of(name()));
    return status;
  }
  // After recover() a temporary may be left for Uploads::recover() to remove.
  void expect_whole(FatDisk& disk, const FakeFatVolume& volume, bool must_be_new) const {
    EXPECT_TRUE(disk.remove(path_of("animations/.upload-7.tmp")));
    const Files files = volume.files();
    ASSERT_TRUE(files.contains(name())) << "both are gone";
    const std::string& bytes = files.at(name());
    EXPECT_TRUE(bytes == "NEW and whole as well" || (bytes == "the old one, whole" && !must_be_new))
        << bytes;
    EXPECT_EQ(files.at("animations/other.gif"), "another");
    EXPECT_EQ(files.size(), 2u) << "something is left: " << files.begin()->first << " "
                                << files.rbegin()->first;
    EXPECT_LE(volume.lost_chains(), 3u);
  }
};

TEST_P(FatDiskCut, AtEverySectorOfAReplaceAndOfTheRepair) {
  std::size_t linked = 0;
  for (std::size_t cut = 1;; ++cut) {
    SCOPED_TRACE("cut at step " + std::to_string(cut));
    const auto volume = with_old();
    FatDisk disk(volume);
    volume->cut_at(cut);
    const bool answered = replace(disk).has_value();
    if (!volume->cut()) break;
    for (std::size_t second = 1;; ++second) {
      SCOPED_TRACE("and the repair at step " + std::to_string(second));
      const auto repaired = volume->after();
      FatDisk repairing(repaired);
      repaired->cut_at(second);
      static_cast<void>(repairing.recover());
      const auto at_last = repaired->after();
      FatDisk last(at_last);
      ASSERT_TRUE(last.recover());
      expect_whole(last, *at_last, answered);
      // Nothing on the medium is named twice: a new file gets clusters of its own.
      EXPECT_TRUE(put(last, "animations/.upload-7.tmp", "NEW and whole as well"));
      EXPECT_TRUE(last.rename(path_of("animations/.upload-7.tmp"), path_of(name())));
      expect_whole(last, *at_last, true);
      EXPECT_EQ(*last.recover(), "") << "nothing to repair is nothing to say";
      if (!repaired->cut()) break;
      ++linked;
    }
  }
  EXPECT_GT(linked, 5u) << "the repair was never cut: the test proves nothing";
}

TEST_P(FatDiskCut, EveryRemoval) {
  for (std::size_t cut = 1;; ++cut) {
    const auto volume = with_old();
    FatDisk disk(volume);
    volume->cut_at(cut);
    static_cast<void>(disk.remove(path_of("animations/other.gif")));
    if (!volume->cut()) break;
    const auto after = volume->after();
    FatDisk restarted(after);
    ASSERT_TRUE(restarted.recover());
    EXPECT_EQ(after->files().at(name()), "the old one, whole");
  }
}

INSTANTIATE_TEST_SUITE_P(Names, FatDiskCut,
                         testing::Values("animations/td_live.png",
                                         "animations/a name that is longer.png"),
                         [](const auto& one) { return one.index == 0 ? "Short" : "Long"; });

// Test of the test: without parting linked names first, a removal frees what the other name needs.
TEST(FakeFatVolume, ARemovalOfOneOfTwoNamesBreaksTheOther) {
  auto volume = std::make_shared<FakeFatVolume>();
  FatDisk disk(volume);
  ASSERT_TRUE(put(disk, "a.png", "bytes"));
  volume->cut_at(2);  // the new name is there, the old one still
  EXPECT_FALSE(volume->rename("a.png", "b.png"));
  const auto after = volume->after();
  EXPECT_EQ(after->files().size(), 2u);
  ASSERT_TRUE(after->remove("a.png"));
  EXPECT_EQ(after->files().at("b.png"), "?????");
}

TEST(FatDisk, AReaderKeepsItsFileWhenItIsReplacedRenamedOrRemoved) {
  auto volume = std::make_shared<FakeFatVolume>();
  FatDisk disk(volume);
  ASSERT_TRUE(put(disk, "shown.gif", "frames of the old one"));
  auto reader = *disk.open(path_of("shown.gif"));
  auto second = *disk.open(path_of("shown.gif"));
  for (const char* bytes : {"first", "second"}) {
    ASSERT_TRUE(put(disk, ".upload-1.tmp", bytes));
    ASSERT_TRUE(disk.rename(path_of(".upload-1.tmp"), path_of("shown.gif")));
  }
  EXPECT_EQ(read(*reader), "frames of the old one");
  EXPECT_EQ(read(**disk.open(path_of("shown.gif"))), "second");
  reader.reset();
  EXPECT_EQ(read(*second), "frames of the old one");
  ASSERT_TRUE(disk.remove(path_of("shown.gif")));
  EXPECT_EQ(disk.list(std::nullopt)->size(), 0u) << "what only a reader keeps is not there";
  second.reset();
  EXPECT_TRUE(volume->files().empty()) << "gone with its last reader";
  EXPECT_EQ(volume->lost_chains(), 0u);
}

TEST(FatDisk, WhatOnlyAReaderKeptIsRemovedAtTheNextStart) {
  auto volume = std::make_shared<FakeFatVolume>();
  FatDisk disk(volume);
  ASSERT_TRUE(put(disk, "shown.gif", "old"));
  const auto reader = *disk.open(path_of("shown.gif"));
  ASSERT_TRUE(disk.remove(path_of("shown.gif")));
  const auto after = volume->after();
  FatDisk restarted(after);
  EXPECT_NE(*restarted.recover(), "");
  EXPECT_TRUE(after->files().empty());
}

TEST(FatDisk, CreateAndOpenSayWhatIsThere) {
  FatDisk disk(std::make_shared<FakeFatVolume>());
  EXPECT_EQ(disk.open(path_of("a")).error().code, ErrorCode::kNotFound);
  EXPECT_FALSE(disk.create(path_of("nowhere/a"))) << "there is no such folder";
  ASSERT_TRUE(disk.make_folder(path_of("one/two")));
  ASSERT_TRUE(put(disk, "one/two/a", "x"));
  EXPECT_FALSE(disk.create(path_of("one/two/a"))) << "the name is taken";
  EXPECT_FALSE(disk.rename(path_of("b"), path_of("a")));
  EXPECT_TRUE(disk.remove(path_of("b")));
}

// The whole of device/upload on this disk: cut at every sector of an upload, old or new is whole.
TEST(FatDisk, AnUploadSurvivesAPowerCutAtEverySector) {
  const std::string magic = "\x89PNG\r\n\x1a\n";
  const auto upload = [&](Disk& disk, const std::string& body) {
    FakeClock clock;
    FakeLog log;
    FakeUploadTarget target;
    const auto config = std::make_shared<Config>();
    Uploads uploads({disk, clock, log, target}, [&] { return config; });
    EXPECT_TRUE(uploads.recover() || body.empty());
    RequestHead head{.method = "POST",
                     .path = "/upload/image",
                     .query = {},
                     .content_length = body.size(),
                     .has_body = true,
                     .client = "192.0.2.7:1",
                     .local_address = {},
                     .header = [](std::string_view name) -> std::string_view {
                       return name == "content-type" ? "image/png" : "";
                     }};
    auto begun = uploads.begin_image(head);
    auto& exchange = std::get<std::unique_ptr<Exchange>>(begun);
    int status = 0;
    const auto early =
        exchange->on_body({reinterpret_cast<const std::uint8_t*>(body.data()), body.size()});
    if (early) return early->status;
    exchange->on_end([&](const Response& response) { status = response.status; });
    exchange.reset();
    return status;
  };
  const std::string first = magic + "the old one END";
  const std::string second = magic + "and the new one, which is longer END";
  for (std::size_t cut = 1;; ++cut) {
    SCOPED_TRACE("cut at step " + std::to_string(cut));
    const auto volume = std::make_shared<FakeFatVolume>();
    FatDisk disk(volume);
    ASSERT_EQ(upload(disk, first), 200);
    volume->cut_at(cut);
    const bool answered = upload(disk, second) == 200;
    if (!volume->cut()) break;
    const auto after = volume->after();
    FatDisk restarted(after);
    ASSERT_TRUE(restarted.recover());
    const auto bytes = after->files().at("animations/td_live.png");
    EXPECT_TRUE(bytes == second || (bytes == first && !answered)) << bytes;
    EXPECT_EQ(upload(restarted, second), 200);
    EXPECT_EQ(after->files(), (Files{{"animations/td_live.png", second}}));
  }
}

}  // namespace
}  // namespace p3a
