// The settings' file in the chip's own flash (NVS), behind the interface of a disk: settings stay
// without a card, and whatever card is in.
//
// Only what ConfigStore asks of a disk is here: small files in the root. One is kept in memory
// while it is written, and until it is renamed to the name under which it stays; NVS writes that
// entry whole or not at all. Any thread.
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "device/ports.h"

namespace p3a {

class NvsDisk final : public Disk {
 public:
  /// The largest file.
  static constexpr std::size_t kMaxBytes = 16 * 1024;

  /// nvs_flash_init() was called.
  NvsDisk();
  NvsDisk(const NvsDisk&) = delete;
  NvsDisk& operator=(const NvsDisk&) = delete;
  ~NvsDisk() override;

  Status make_folder(const StoragePath& folder) override;
  Result<std::unique_ptr<WritableFile>> create(const StoragePath& path) override;
  Result<std::unique_ptr<ReadableFile>> open(const StoragePath& path) override;
  Status rename(const StoragePath& from, const StoragePath& to) override;
  Status remove(const StoragePath& path) override;
  /// Entries are written when a call returns.
  Status sync_folder(const std::optional<StoragePath>&) override { return {}; }
  Result<std::vector<FileInfo>> list(const std::optional<StoragePath>& folder) override;
  Result<StorageTotals> totals() override;

 private:
  struct Draft;
  class Writer;
  std::mutex mutex_;
  std::shared_ptr<Draft> draft_;  // the file being written, or waiting for its name
};

}  // namespace p3a
