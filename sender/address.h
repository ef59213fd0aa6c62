// The address that a user types -> where to knock.
#pragma once

#include <string_view>
#include <vector>

#include "sender/ports.h"

namespace p3a::sender {

/// "host", "host:port", "[v6]:port", "v6", each also with http:// or ws:// before it, or https://
/// or wss:// for TLS, and a path after it. Without a port there are several destinations to be
/// tried in turn: 80 and 8080, under TLS 443 before them. `path` is used where the address has none
/// but "/". Error: kInvalidValue.
Result<std::vector<Destination>> parse_address(std::string_view address, std::string_view path,
                                               std::string_view token,
                                               std::string_view ca_file = {});

}  // namespace p3a::sender
