// The task watchdog over the network, decode and presenting threads: a thread that hangs restarts
// the chip (CONFIG_ESP_TASK_WDT_PANIC), instead of a display that stands still.
//
// The decode and presenting threads are std::threads of device/engine, which tells how long each
// has been at one piece of work; the network thread shows that it is alive by calling beat().
#pragma once

#include <esp_task_wdt.h>

#include <array>

#include "device/api/health.h"

namespace p3a {

class Watchdog {
 public:
  /// Without the task watchdog in the firmware, it watches nothing.
  Watchdog();
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;
  ~Watchdog();

  /// A few times a second, on the web server's task. A thread that is at the same work for longer
  /// than kStuckAfter is not vouched for any more. `streams`: since when the streams' server has
  /// not been heard of.
  void beat(const ThreadTimes& threads, Micros streams);

 private:
  enum Thread : std::uint8_t { kNetwork, kDecode, kPresent };
  std::array<esp_task_wdt_user_handle_t, 3> users_{};
};

}  // namespace p3a
