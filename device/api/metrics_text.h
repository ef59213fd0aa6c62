// GET /metrics: the display's figures in Prometheus' text format 0.0.4.
//
// Names follow https://prometheus.io/docs/practices/naming: one prefix, base units, _total for what
// only grows. Labels take values from fixed lists only. Pure; any thread.
#pragma once

#include <string>

#include "device/api/health.h"
#include "device/api/traffic.h"
#include "device/live/live.h"
#include "device/upload/upload.h"

namespace p3a {

struct MetricsInputs {
  std::string_view version;
  double uptime_s = 0;
  const Traffic& traffic;
  const ThreadTimes& threads;
  const EngineStatus& engine;
  const StorageHealth& storage;
  const MachineStatus& machine;
  const LiveFigures& live;
  const UploadCounters& uploads;
};

std::string metrics_text(const MetricsInputs& inputs);

}  // namespace p3a
