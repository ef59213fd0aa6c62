// Which board's limits a display keeps to: this machine's, or those of another that it stands for.
#pragma once

#include <cstdint>
#include <string_view>

#include "device/config/config.h"

namespace p3a {

enum class Profile : std::uint8_t { kNone, kEsp32p4 };
inline constexpr std::string_view kProfileNames[] = {"none", "esp32p4"};

/// The settings that a display of that kind begins with: files and flags win over them.
inline Config default_config(Profile profile) {
  Config config;
  // As ports/esp32p4/config has it.
  if (profile == Profile::kEsp32p4) config.panel.format = PixelFormat::kRgb565;
  return config;
}

}  // namespace p3a
