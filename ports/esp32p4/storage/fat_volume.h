// What FatDisk wants of a FAT file system: one call, one thing that FatFs does. FatfsVolume does it
// on the chip, FakeFatVolume in the tests. Paths are relative to the volume's root, with '/'.
//
// One thread at a time: FatDisk locks. Errors of every call: kStorageFull, kStorageUnavailable and,
// for a name that FAT cannot hold, kInvalidFilename.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "device/ports.h"

namespace p3a {

/// What lies in a file on the medium is told by its first cluster; 0 for a file without bytes.
using Cluster = std::uint32_t;

struct FatEntry {
  FileInfo info;
  Cluster first_cluster = 0;
};

class FatVolume {
 public:
  virtual ~FatVolume() = default;
  /// Fine when it is there; not those above it.
  virtual Status make_folder(const std::string& path) = 0;
  virtual Result<bool> exists(const std::string& path) = 0;
  /// Fails when the name exists. What is written has an entry of its size after sync() or close.
  virtual Result<std::unique_ptr<WritableFile>> create(const std::string& path) = 0;
  /// kNotFound when there is none. Reads stay right when the name changes, not when it is removed.
  virtual Result<std::unique_ptr<ReadableFile>> open(const std::string& path) = 0;
  /// Fails when `to` exists, as f_rename() does. On the medium the new name comes first and the old
  /// one goes then: when the power goes in between, both name the same clusters.
  virtual Status rename(const std::string& from, const std::string& to) = 0;
  /// Frees the clusters, whoever else names them.
  virtual Status remove(const std::string& path) = 0;
  /// Takes the name away, in one sector, and leaves the clusters to the file that also names them.
  virtual Status forget(const std::string& path) = 0;
  /// The regular files of a folder; empty when there is none. With clusters when asked, which costs
  /// an open of each.
  virtual Result<std::vector<FatEntry>> list(const std::string& folder, bool with_clusters) = 0;
  /// The names of the folders in a folder.
  virtual Result<std::vector<std::string>> folders(const std::string& folder) = 0;
  virtual Result<StorageTotals> totals() = 0;
};

}  // namespace p3a
