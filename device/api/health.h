// Whether the display does its work: GET /healthz, GET /readyz, and what a service manager's
// watchdog is told.
//
// Alive: no thread has been at one piece of work for longer than kStuckAfter; a display that is not
// wants a restart. Ready: it can show and keep pictures, too. Pure; any thread.
#pragma once

#include "core/base/error.h"
#include "core/base/time.h"
#include "device/engine/engine.h"
#include "device/upload/storage_probe.h"

namespace p3a {

inline constexpr Micros kStuckAfter = 10s;

/// How long each thread has been at what it does.
struct ThreadTimes {
  Micros decode{};
  Micros present{};
};

/// Error: kUnhealthy.
Status check_alive(const ThreadTimes& threads);
/// Errors: kUnhealthy (stuck, or the panel fails), kStorageUnavailable.
Status check_ready(const ThreadTimes& threads, const EngineStatus& engine,
                   const StorageHealth& storage);

}  // namespace p3a
