// Wi-Fi through the board's second chip (ESP32-C6, esp_hosted): joins one network and joins it
// again whenever it is lost.
#pragma once

#include "core/base/error.h"
#include "device/ports.h"

namespace p3a {

/// Returns at once; the address comes when the network gives one. `name`: what the network is told.
/// The log must live for ever. Error: kInternal.
Status start_wifi(const char* ssid, const char* password, const char* name, Log& log);

}  // namespace p3a
