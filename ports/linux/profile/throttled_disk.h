// A disk that takes the time that the chip's SD card and FAT would take, in the thread that asks.
//
// What is written is as safe as on the disk below. As on the chip nothing is exchanged or written
// over in place. The card does one thing at a time. Any thread; disk, clock and pause must outlive
// it and its files.
#pragma once

#include <memory>

#include "device/ports.h"
#include "ports/linux/profile/pause.h"

namespace p3a {

class ThrottledDisk final : public Disk {
 public:
  ThrottledDisk(Disk& disk, Clock& clock, Pause& pause) : disk_(disk), card_{clock, pause, {}} {}

  Status make_folder(const StoragePath& folder) override;
  Result<std::unique_ptr<WritableFile>> create(const StoragePath& path) override;
  Result<std::unique_ptr<ReadableFile>> open(const StoragePath& path) override;
  Status rename(const StoragePath& from, const StoragePath& to) override;
  Status remove(const StoragePath& path) override;
  Status sync_folder(const std::optional<StoragePath>& folder) override;
  Result<std::vector<FileInfo>> list(const std::optional<StoragePath>& folder) override;
  Result<StorageTotals> totals() override;

 private:
  class Reader;
  class Writer;
  struct Card {
    Clock& clock;
    Pause& pause;
    OneAtATime turn;

    /// Does it, and takes at least that long from now on.
    template <class Work>
    auto spend(Micros time, Work work) {
      const Instant end = turn.take(clock.now(), time);
      auto result = work();
      pause.until(end);
      return result;
    }
  };

  Disk& disk_;
  Card card_;
};

}  // namespace p3a
