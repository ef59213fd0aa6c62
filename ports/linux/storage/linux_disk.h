// Disk below one folder of a Linux machine.
//
// The root is held open; whatever is opened below it goes through openat2 with RESOLVE_BENEATH and
// without links, and only regular files are taken, so that no name leads out of the root or to a
// device. When the root goes away and comes back (a card, a network share), the next call finds it
// again. Wants Linux 5.6. Any thread.
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "device/ports.h"
#include "ports/linux/storage/file_descriptor.h"

namespace p3a {

class LinuxDisk final : public Disk {
 public:
  /// Creates the root and the folders above it where they are missing. A root that cannot be opened
  /// is no error here: every call says so until it can.
  explicit LinuxDisk(std::string root);

  Status make_folder(const StoragePath& folder) override;
  Result<std::unique_ptr<WritableFile>> create(const StoragePath& path) override;
  Result<std::unique_ptr<ReadableFile>> open(const StoragePath& path) override;
  Status rename(const StoragePath& from, const StoragePath& to) override;
  Result<bool> exchange(const StoragePath& from, const StoragePath& to) override;
  Result<std::unique_ptr<WritableFile>> overwrite(const StoragePath& path) override;
  Status remove(const StoragePath& path) override;
  Status sync_folder(const std::optional<StoragePath>& folder) override;
  Result<std::vector<FileInfo>> list(const std::optional<StoragePath>& folder) override;
  Result<StorageTotals> totals() override;

 private:
  using Root = std::shared_ptr<const FileDescriptor>;
  Root root();
  Root reopened(const Root& stale);
  template <class Operation>
  int with_root(Operation operation);

  const std::string path_;
  std::mutex mutex_;
  Root root_;  // shared with the calls that are under way; null while it is missing
};

}  // namespace p3a
