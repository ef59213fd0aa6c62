// Notices when the machine runs short of memory, and says so once.
//
// Fed with the machine's figures whenever somebody has them; logs one line when the available
// memory falls below kLowBytes and one when it has recovered to twice that. Where drivers have a
// memory of their own, that one counts, with kLowInternalBytes. Any thread.
#pragma once

#include <mutex>

#include "device/ports.h"

namespace p3a {

class MemoryWatch {
 public:
  static constexpr std::uint64_t kLowBytes =
      64u << 20;  ///< a 720×720 display with its decoders needs about half
  static constexpr std::uint64_t kLowInternalBytes = 100u << 10;

  explicit MemoryWatch(Log& log) : log_(log) {}
  /// Whether memory is low, by these figures.
  bool update(const MachineStatus& machine);

 private:
  Log& log_;
  std::mutex mutex_;
  bool low_ = false;
};

}  // namespace p3a
