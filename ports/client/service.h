// What mDNS says of one service -> the display behind it. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "include/p3a/p3a.hpp"

namespace p3a::sender {

inline constexpr const char* kDisplayService = "_p3a._tcp";
inline constexpr const char* kHttpService = "_http._tcp";

/// A service as it was resolved.
struct Service {
  std::string type{};
  std::string name{};  ///< of the instance
  std::string host{};  ///< "p3a.local"
  std::string address{};
  std::uint16_t port = 0;
  std::vector<std::string> txt{};  ///< "key=value"
};

/// A p3a with its own firmware is a web server by the name of "p3a" or "p3a-…" that says nothing
/// else. Nothing for other machines' services.
std::optional<FoundDisplay> display_of(const Service& service);

/// One entry a display, by name: the same one over several networks counts once, with
/// the address that serves most: IPv4 before IPv6, this machine's own last.
std::vector<FoundDisplay> displays_of(const std::vector<Service>& services);

}  // namespace p3a::sender
