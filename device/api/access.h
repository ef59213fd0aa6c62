// Who may talk to the display: any program on the network, but no web page of another site; with a
// token configured, only those who have it.
//
// The Host header must be an address literal, `localhost`, a configured name or our own .local
// name; that stops DNS rebinding, where a stranger's name is made to point at us. The Origin
// header, which browsers send along with what a page asks for, must name one of the same hosts; an
// address literal there must be the very address that the request went to, since any site can have
// an address. Programs that are no browsers send no Origin. Neither the method nor the content type
// matters: what is refused is refused for all of them. Pure; any thread.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "core/base/error.h"

namespace p3a {

/// What a request says about where it goes, where it comes from and who sends it; empty: the header
/// is missing.
struct AccessClaim {
  std::string_view host{};
  std::string_view origin{};
  std::string_view local_address{};  ///< our end of the connection, without port or brackets
  std::string_view authorization{};  ///< "Bearer ..."
  bool needs_no_token = false;  ///< a file of the page, a health probe: nothing of ours is in it
};

struct AccessPolicy {
  std::span<const std::string> names{};  ///< that we answer to besides localhost, in lower case
  std::string_view token{};              ///< empty: none is wanted
};

/// Errors: kForbiddenHost, kForbiddenOrigin, kUnauthorized, in this order, each saying what to do.
Status check_access(const AccessClaim& claim, const AccessPolicy& policy);

/// Whether someone's token is ours. Takes the same time wherever the two differ; an empty one is
/// never ours.
bool same_token(std::string_view given, std::string_view ours);

}  // namespace p3a
