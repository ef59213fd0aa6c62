// Is the storage healthy: writes a small file now and then, reads it back and removes it.
//
// run() blocks for as long as the disk does and belongs on a storage thread, one at a time;
// health() is cheap, any thread. A line goes to the log only when the answer changes.
#pragma once

#include <mutex>
#include <string>

#include "device/ports.h"

namespace p3a {

struct StorageHealth {
  bool healthy = true;     ///< until a probe says otherwise
  Instant last_checked{};  ///< the clock's zero: not yet
  std::string last_error;  ///< a sentence; kept when the storage is healthy again
  StorageTotals totals;
};

class StorageProbe {
 public:
  StorageProbe(Disk& disk, Clock& clock, Log& log);
  /// Also removes what a probe left behind when the program was stopped in the middle of one.
  void run();
  StorageHealth health() const;

 private:
  Status write_and_read_back();
  void note(const Status& probed, const Result<StorageTotals>& totals);

  Disk& disk_;
  Clock& clock_;
  Log& log_;
  std::uint64_t round_ = 0;
  mutable std::mutex mutex_;
  StorageHealth health_;
};

}  // namespace p3a
