// Displays on the local network, asked for by mDNS (RFC 6762, RFC 6763): through the machine's
// Avahi daemon, and where none answers, by ourselves over IPv4. Blocks; any thread. Where neither
// can be asked, `error` says so.
#pragma once

#include "core/base/time.h"
#include "include/p3a/p3a.hpp"

namespace p3a::sender {

/// Ends when the daemon has told all that it knows and what answered is resolved, after `patience`
/// at the latest. In the order of names.
Discovery look_for_displays(Micros patience);

}  // namespace p3a::sender
