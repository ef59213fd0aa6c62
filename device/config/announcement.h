// What a display says of itself on the local network: the TXT record of its _p3a._tcp service
// (RFC 6763, section 6), which senders read before they connect. Pure; any thread.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "device/config/config.h"

namespace p3a {

using TxtRecord = std::vector<std::pair<const char*, std::string>>;

/// Keys, none twice, and values. `tls`: its pages and streams are under TLS.
TxtRecord txt_record(const Config& config, std::string_view version, bool wants_token, bool tls);

}  // namespace p3a
