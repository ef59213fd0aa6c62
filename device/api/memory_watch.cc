#include "device/api/memory_watch.h"

#include <string>

namespace p3a {

bool MemoryWatch::update(const MachineStatus& machine) {
  const std::lock_guard lock(mutex_);
  const bool low = machine.available_bytes < (low_ ? 2 * kLowBytes : kLowBytes);
  if (low == low_) return low_;
  low_ = low;
  const std::string figures = "the machine has " + std::to_string(machine.available_bytes >> 20) +
                              " MiB left, this display uses " +
                              std::to_string(machine.rss_bytes >> 20) + " MiB";
  if (low) {
    log_.write(LogLevel::kWarning,
               "memory is low: " + figures + "; pictures go on, close other programs");
  } else {
    log_.write(LogLevel::kInfo, "memory has recovered: " + figures);
  }
  return low_;
}

}  // namespace p3a
