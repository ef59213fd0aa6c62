// A Disk on a FAT file system, which has no atomic replace and no journal, that keeps either the
// old or the new file whole whenever the power goes.
//
// Replacing X by T (written and synced before): X is renamed away to X.p3a-old, T is renamed to X,
// X.p3a-old is removed. recover(), called once at the start before anything else, finds which of
// these steps was the last:
//   * two names for the same clusters (a rename was cut): the name that is meant to stay stays,
//     the other is forgotten without freeing what both name
//   * X.p3a-old beside X: the new one is in place, the old one goes
//   * X.p3a-old without X: the old one gets its name back
//   * .gone-*.tmp, and what a cut removal left of long names (NAME~1.TMP): goes
// It may itself be cut anywhere, and is done again then. Assumes that the card writes a sector of
// 512 bytes whole or not at all, and in the order it was told.
//
// A file that someone reads is renamed to .gone-N.tmp instead of being removed, and goes when the
// last reader closes it: FAT would give its clusters to the next file. Any thread.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "device/ports.h"
#include "ports/esp32p4/storage/fat_volume.h"

namespace p3a {

class FatDisk final : public Disk {
 public:
  /// The volume is used as long as files of this disk are open.
  explicit FatDisk(std::shared_ptr<FatVolume> volume);
  ~FatDisk() override;

  /// Says in a sentence what it repaired, nothing when all was well.
  Result<std::string> recover();

  Status make_folder(const StoragePath& folder) override;
  Result<std::unique_ptr<WritableFile>> create(const StoragePath& path) override;
  Result<std::unique_ptr<ReadableFile>> open(const StoragePath& path) override;
  Status rename(const StoragePath& from, const StoragePath& to) override;
  Status remove(const StoragePath& path) override;
  /// FatFs has written the entry when a call returns.
  Status sync_folder(const std::optional<StoragePath>&) override { return {}; }
  Result<std::vector<FileInfo>> list(const std::optional<StoragePath>& folder) override;
  Result<StorageTotals> totals() override;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace p3a
