// Where pictures and settings are kept when nobody says otherwise.
#pragma once

#include <functional>
#include <string>

namespace p3a {

/// Reads one variable of the environment, as std::getenv: null when it is not set.
using Environment = std::function<const char*(const char* name)>;

/// systemd's StateDirectory= ($STATE_DIRECTORY, the first of its folders), else
/// $XDG_DATA_HOME/p3a-live, else
/// ~/.local/share/p3a-live, else /var/lib/p3a-live. The folder may not exist yet.
std::string default_storage_root(const Environment& environment);

}  // namespace p3a
