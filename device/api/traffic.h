// What a port counts about its connections, for GET /metrics. The network thread only.
#pragma once

#include <cstdint>

#include "core/base/time.h"

namespace p3a {

struct Traffic {
  std::uint64_t connections = 0;      ///< open now
  std::uint64_t accepted = 0;         ///< since the start, as all that follows
  std::uint64_t refused_total = 0;    ///< there were as many as may be in total
  std::uint64_t refused_address = 0;  ///< or from that address
  std::uint64_t requests = 0;         ///< whose head was whole
  std::uint64_t forbidden = 0;        ///< refused by Host, Origin or token
  std::uint64_t malformed = 0;        ///< no HTTP/1.1, or a head that is too large
  std::uint64_t timed_out = 0;        ///< cut: a head, a body or a reader was too slow
  Micros network_lag{};               ///< how late the network thread came to its last beat
};

}  // namespace p3a
