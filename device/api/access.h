// Who may talk to the display: any program on the network, but no web page of another site.
//
// The Host header must be an address literal, `localhost`, a configured name or our own .local
// name; that stops DNS rebinding, where a stranger's name is made to point at us. The Origin
// header, which browsers send along with what a page asks for, must name one of the same hosts; an
// address literal there must be the very address that the request went to, since any site can have
// an address. Programs that are no browsers send no Origin. Pure; any thread.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "core/base/error.h"

namespace p3a {

/// What a request says about where it goes and where it comes from; empty: the header is missing.
struct AccessClaim {
  std::string_view host;
  std::string_view origin;
  std::string_view local_address;  ///< our end of the connection, without port or brackets
};

/// `names`: the names that we answer to besides localhost, in lower case.
/// Errors: kForbiddenHost, kForbiddenOrigin, each saying what to configure.
Status check_access(const AccessClaim& claim, std::span<const std::string> names);

}  // namespace p3a
