#include "ports/linux/config/storage_root.h"

#include <string_view>

namespace p3a {

std::string default_storage_root(const Environment& environment) {
  const auto folder = [&](const char* name) -> std::string_view {
    const char* value = environment(name);
    // The XDG specification: a path that is not absolute is as if it were not set.
    return value != nullptr && value[0] == '/' ? value : std::string_view();
  };
  if (const auto state = folder("STATE_DIRECTORY"); !state.empty()) {
    return std::string(state.substr(0, state.find(':')));
  }
  if (const auto data = folder("XDG_DATA_HOME"); !data.empty()) {
    return std::string(data) + "/p3a-live";
  }
  if (const auto home = folder("HOME"); !home.empty()) {
    return std::string(home) + "/.local/share/p3a-live";
  }
  return "/var/lib/p3a-live";
}

}  // namespace p3a
