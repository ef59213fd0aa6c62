// A FAT volume in memory that loses its power at the step of the medium that a test names.
//
// The medium has directory entries, which name a chain of clusters and a size, and chains. Every
// call of FatVolume does what FatFs does, in its order, sector by sector; each sector that is
// written is one step. Nothing protects a chain: what is freed is given to the next file, whoever
// still names it. One thread.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "ports/esp32p4/storage/fat_volume.h"

namespace p3a {

class FakeFatVolume final : public FatVolume {
 public:
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

  /// The power goes instead of the Nth step from now; 0: it stays.
  void cut_at(std::size_t step);
  bool cut() const { return cut_; }
  std::size_t steps() const { return steps_; }
  /// What the machine finds when it starts again.
  std::shared_ptr<FakeFatVolume> after() const;
  /// Whole files by name, as read through their chains.
  std::map<std::string, std::string> files() const;
  /// Chains that no entry names: lost space, harmless.
  std::size_t lost_chains() const;

 private:
  struct Entry {
    Cluster chain = 0;
    std::uint64_t size = 0;
  };
  class Writer;
  class Reader;

  Status step(const std::function<void()>& write);
  Status fall_short(const std::string& path);
  Cluster allocate();
  std::string bytes_of(const Entry& entry) const;

  std::map<std::string, Entry> entries_;
  std::map<Cluster, std::string> chains_;
  std::vector<std::string> folders_{""};
  std::size_t steps_ = 0;
  std::size_t cut_at_ = 0;
  bool cut_ = false;
};

}  // namespace p3a
