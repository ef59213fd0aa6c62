// What can be set: one table of keys that the HTTP API, the configuration file and the command line
// share.
//
// In: patches, that is keys and values as users wrote them. Out: a valid Config or an error with a
// sentence that says what is allowed. The table is constant; every function is pure. Any thread.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "device/config/config.h"
#include "device/config/patch.h"

namespace p3a {

enum class ValueKind : std::uint8_t { kBool, kInteger, kNumber, kText, kTextList };

struct ConfigKey {
  std::string_view name;  ///< "panel.rotation": section (which may hold a dot), dot, name within it
  ValueKind kind = ValueKind::kBool;
  bool start_only = false;  ///< cannot change while the display runs
  std::string_view help;    ///< one sentence for people
  std::string_view unit{};  ///< "pixels", empty where there is none
  double min = 0;           ///< kInteger and kNumber without choices
  double max = 0;           ///< inclusive
  /// All that is allowed, empty where it is a range or a rule.
  std::span<const std::string_view> choices{};
  std::string_view rule{};  ///< what is allowed, where neither range nor choices say it

  Value (*get)(const Config&) = nullptr;
  /// The value is of the right type and within range or choices; false when the rule forbids it.
  bool (*set)(Config&, const Value&) = nullptr;

  std::string_view section() const { return name.substr(0, name.rfind('.')); }
  std::string_view member() const { return name.substr(name.rfind('.') + 1); }
};

/// Sections stand together.
std::span<const ConfigKey> config_keys();
/// Null when there is no such key.
const ConfigKey* find_key(std::string_view name);
/// The key that someone probably meant, empty when none is near.
std::string_view nearest_key(std::string_view name);

/// "16 to 4096 pixels", "headless or window".
std::string allowed_text(const ConfigKey& key);

}  // namespace p3a
