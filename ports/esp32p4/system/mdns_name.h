// The display on the local network: NAME.local, and what senders look for (_http._tcp, and
// _p3a._tcp with its TXT record).
#pragma once

#include "core/base/error.h"
#include "device/config/config.h"

namespace p3a {

/// For good. Error: kInternal.
Status announce(const Config& config, std::string_view version, bool wants_token);

}  // namespace p3a
