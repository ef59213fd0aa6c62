// Whether it is the display that answers under TLS: OpenSSL's part of a sender's connection.
//
// TLS 1.2 and 1.3. The certificate's chain must lead to the destination's ca_file, or without one
// to the machine's own list of authorities, and it must be for the destination's host. Reads files,
// so it may wait for the disk. Any thread.
#pragma once

#include <expected>
#include <string>

#include "sender/ports.h"

struct ssl_st;  // OpenSSL's SSL

namespace p3a::sender {

/// One connection's SSL, which checks all that while it shakes hands; the caller frees it. Error: a
/// sentence that says what is wrong with the ca_file, or that this build speaks no TLS.
std::expected<ssl_st*, std::string> new_tls(const Destination& destination);

/// Why its handshake failed, as a sentence that says what to do; `why` is the connection's own word
/// for it.
std::string why_no_tls(ssl_st* ssl, const Destination& destination, const std::string& why);

}  // namespace p3a::sender
