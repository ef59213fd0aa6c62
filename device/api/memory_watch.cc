#include "device/api/memory_watch.h"

#include <string>

namespace p3a {

bool MemoryWatch::update(const MachineStatus& machine) {
  const std::lock_guard lock(mutex_);
  const bool internal = machine.internal_free_bytes.has_value();
  const std::uint64_t left = machine.internal_free_bytes.value_or(machine.available_bytes);
  const std::uint64_t limit = internal ? kLowInternalBytes : kLowBytes;
  const bool low = left < (low_ ? 2 * limit : limit);
  if (low == low_) return low_;
  low_ = low;
  const std::string figures =
      internal ? std::to_string(left >> 10) + " KiB of internal memory are left"
               : "the machine has " + std::to_string(left >> 20) + " MiB left, this display uses " +
                     std::to_string(machine.rss_bytes >> 20) + " MiB";
  if (low) {
    log_.write(LogLevel::kWarning, "memory is low: " + figures + "; pictures go on, close " +
                                       (internal ? "streams and pages" : "other programs"));
  } else {
    log_.write(LogLevel::kInfo, "memory has recovered: " + figures);
  }
  return low_;
}

}  // namespace p3a
