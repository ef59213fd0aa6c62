// The configuration as text: JSON for programs, commented TOML and a table for people. Pure; any
// thread.
#pragma once

#include <string>

#include "device/config/config.h"
#include "device/config/patch.h"

namespace p3a {

/// {"http":{"address":"0.0.0.0",…},…} with every key.
std::string config_json(const Config& config);
/// The same shape with only the keys of the patch; keys that the schema does not know are left out.
std::string patch_json(const Patch& patch);
/// A configuration file that says what it sets, every key with its help above it.
std::string config_toml(const Config& config);
/// The table of docs/CONFIG.md.
std::string config_markdown();

/// One value as JSON, which for our types is TOML too.
std::string value_json(const Value& value);

}  // namespace p3a
