// What a display is called by programs: the same after a restart, another one for every machine and
// every storage folder on it.
#pragma once

#include <string>
#include <string_view>

namespace p3a {

/// "p3a-" and twelve hexadecimal digits. `machine_id` does not show through (machine-id(5) asks for
/// that): the digits begin a UUID of version 5 (RFC 9562) of it and the folder. Any thread.
std::string display_id(std::string_view machine_id, std::string_view storage_root);

/// Of this machine: systemd's or D-Bus' id, else the host's name, and the folder without links and
/// dots in its path.
std::string this_display_id(const std::string& storage_root);

}  // namespace p3a
