// The data of GET /status: p3a's shape where it has one (facts: firmware 1.1.1, api_version 4),
// ours beyond it.
#pragma once

#include <string>

#include "device/config/config.h"
#include "device/engine/engine.h"
#include "device/ports.h"
#include "device/upload/storage_probe.h"
#include "device/upload/upload.h"

namespace p3a {

struct StatusFigures {
  Micros uptime{};
  std::string_view version;
  MachineStatus machine;
  bool memory_low = false;
  const Config& config;
  EngineStatus engine;
  StorageHealth storage;
  std::string source_json;  ///< who has the panel (Live::source_json)
  std::string stream_json;
  DecoderStatus decoders;
  UploadCounters uploads;
  std::string_view simulated{};  ///< ApiServices::simulated
};

/// One JSON object.
std::string status_json(const StatusFigures& figures);

}  // namespace p3a
