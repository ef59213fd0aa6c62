// Settings out of a TOML configuration file. Any thread.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "device/config/patch.h"

namespace p3a {

struct TomlPatch {
  Patch patch;                       ///< in the order of the file
  std::vector<std::uint32_t> lines;  ///< where each entry stands, from 1
};

struct TomlError {
  std::uint32_t line = 1;
  std::string what;  ///< a sentence without its full stop
};

/// Tables and dotted keys alike. Values are those of a Patch; dates and mixed lists are errors.
std::expected<TomlPatch, TomlError> parse_toml(std::string_view text);

}  // namespace p3a
