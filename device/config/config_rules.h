// What texts settings may hold, where neither a range nor a list of choices says it. Pure; any
// thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/compose/canvas.h"

namespace p3a {

/// An IPv4 address, or what looks like an IPv6 one; the port that binds it has the last word.
bool valid_address(std::string_view text);
/// Host names or addresses, at most 16, none of them with a port.
bool valid_hosts(const std::vector<std::string>& hosts);
/// A folder of the machine; empty for its usual place.
bool valid_folder(std::string_view text);
/// A StoragePath that leaves room for an ending, touches no hidden file and not the saved settings.
bool valid_save_path(std::string_view text);
/// "stream", "raw" and "rotation" in any order.
bool valid_priority(const std::vector<std::string>& sources);
/// One label of a host name (RFC 1123 §2.1), in lower case.
bool valid_label(std::string_view text);

/// "#rrggbb", either case.
std::optional<Rgb> parse_color(std::string_view text);
std::string color_text(Rgb color);

}  // namespace p3a
