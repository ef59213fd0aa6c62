#include "device/api/access.h"

#include <algorithm>
#include <optional>

namespace p3a {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same_name(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, lower, lower);
}

bool is_digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// Four decimal numbers up to 255, as browsers write them: no prefix of a name passes.
bool is_ipv4(std::string_view text) {
  for (int part = 0; part < 4; ++part) {
    const std::size_t dot = text.find('.');
    const std::string_view number = text.substr(0, dot);
    if (!is_digits(number) || number.size() > 3 || (number.size() == 3 && number > "255"))
      return false;
    if (part == 3) return dot == std::string_view::npos;
    if (dot == std::string_view::npos) return false;
    text.remove_prefix(dot + 1);
  }
  return false;
}

bool is_ipv6(std::string_view text) {
  const auto allowed = [](char c) {
    return (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'f') || c == ':' || c == '.';
  };
  return std::ranges::count(text, ':') >= 2 && std::ranges::all_of(text, allowed);
}

struct Host {
  std::string_view name;  // without brackets and port
  bool is_address = false;
};

// host [":" port] as in RFC 9110 §7.2; nothing when it is not of that form.
std::optional<Host> parse_host(std::string_view text) {
  std::string_view rest;
  Host host;
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    host.name = text.substr(1, end - 1);
    rest = text.substr(end + 1);
    host.is_address = true;
    if (!is_ipv6(host.name)) return std::nullopt;
  } else {
    const std::size_t colon = text.find(':');
    host.name = text.substr(0, colon);
    rest = colon == std::string_view::npos ? std::string_view() : text.substr(colon);
    host.is_address = is_ipv4(host.name);
  }
  if (host.name.empty()) return std::nullopt;
  if (!rest.empty() && (rest[0] != ':' || !is_digits(rest.substr(1)) || rest.size() > 6))
    return std::nullopt;
  return host;
}

bool is_our_name(std::string_view name, std::span<const std::string> names) {
  if (name.ends_with('.')) name.remove_suffix(1);  // the same name, written absolutely
  return same_name(name, "localhost") ||
         std::ranges::any_of(names, [&](const std::string& ours) { return same_name(name, ours); });
}

std::optional<Host> parse_origin(std::string_view origin) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (origin.starts_with(scheme)) return parse_host(origin.substr(scheme.size()));
  }
  return std::nullopt;  // "null", file:, extensions
}

}  // namespace

Status check_access(const AccessClaim& claim, std::span<const std::string> names) {
  const auto host = parse_host(claim.host);
  if (!host || !(host->is_address || is_our_name(host->name, names))) {
    return fail(ErrorCode::kForbiddenHost,
                "this display does not answer to that name: use its address, or add the name to "
                "http.hosts");
  }
  if (claim.origin.empty()) return {};
  const auto origin = parse_origin(claim.origin);
  const bool ours = origin && (origin->is_address ? same_name(origin->name, host->name) ||
                                                        origin->name == claim.local_address
                                                  : is_our_name(origin->name, names));
  if (!ours) {
    return fail(ErrorCode::kForbiddenOrigin,
                "web pages of other sites may not use this display: open its own page, or add the "
                "page's host "
                "name to http.hosts");
  }
  return {};
}

}  // namespace p3a
