// The FAT file system of the card, by FatFs' own calls: the directory entries and clusters that
// FatDisk asks for are nothing that POSIX names would tell.
#pragma once

#include <string>

#include "ports/esp32p4/storage/fat_volume.h"

namespace p3a {

class FatfsVolume final : public FatVolume {
 public:
  /// `root`: a drive of FatFs with a folder on it, "0:/p3a"; mounted, and the folder there, by
  /// whoever made it.
  explicit FatfsVolume(std::string root) : root_(std::move(root)) {}

  Status make_folder(const std::string& path) override;
  Result<bool> exists(const std::string& path) override;
  Result<std::unique_ptr<WritableFile>> create(const std::string& path) override;
  Result<std::unique_ptr<ReadableFile>> open(const std::string& path) override;
  Status rename(const std::string& from, const std::string& to) override;
  Status remove(const std::string& path) override;
  Status forget(const std::string& path) override;
  Result<std::vector<FatEntry>> list(const std::string& folder, bool with_clusters) override;
  Result<std::vector<std::string>> folders(const std::string& folder) override;
  Result<StorageTotals> totals() override;

 private:
  std::string full(const std::string& path) const;

  std::string root_;
};

}  // namespace p3a
