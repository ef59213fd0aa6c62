// Settings that someone wants changed: keys as users type them, with values as they came out of
// JSON, TOML or a command line. Nothing is checked yet; apply() in config_apply.h does that. Plain
// values.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace p3a {

/// monostate (null): back to the default.
using Value =
    std::variant<std::monostate, bool, std::int64_t, double, std::string, std::vector<std::string>>;

struct PatchEntry {
  std::string key;  ///< "panel.rotation"
  Value value;
  bool operator==(const PatchEntry&) const = default;
};

/// In order: of two entries with the same key the later one counts.
using Patch = std::vector<PatchEntry>;

}  // namespace p3a
