// Displays that were found, for people and for programs. Pure.
#pragma once

#include <string>

#include "include/p3a/p3a.hpp"

namespace p3a::sender {

/// "p3a-kitchen  192.0.2.7:8080  720x720  p3a-live".
std::string display_words(const FoundDisplay& display);

/// {"ok":…,"displays":[{"name":…,"host":…,"address":…,"device":"live","width":…,"height":…}]}, and
/// "error" where there was one. "p3a" is one with its own firmware, as for --device.
std::string discovery_json(const Discovery& discovery);

}  // namespace p3a::sender
