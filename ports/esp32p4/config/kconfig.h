// The settings that a firmware begins with: what was chosen in menuconfig. What users change later
// by PUT /config stands above it. Pure; any thread.
#pragma once

#include <string_view>

#include "device/config/config.h"

namespace p3a {

/// `card`: where the card is mounted; upload paths of menuconfig that lie on it become relative.
Config config_from_kconfig(std::string_view card = "/sdcard");

}  // namespace p3a
