#include "device/api/access.h"

#include <algorithm>
#include <array>
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

bool host_is_strange(const AccessClaim& claim, const AccessPolicy& policy) {
  const auto host = parse_host(claim.host);
  return !host || !(host->is_address || is_our_name(host->name, policy.names));
}

bool origin_is_strange(const AccessClaim& claim, const AccessPolicy& policy) {
  if (claim.origin.empty()) return false;
  const auto host = parse_host(claim.host);
  const auto origin = parse_origin(claim.origin);
  if (!host || !origin) return true;
  if (!origin->is_address) return !is_our_name(origin->name, policy.names);
  return !same_name(origin->name, host->name) && origin->name != claim.local_address;
}

bool token_is_missing(const AccessClaim& claim, const AccessPolicy& policy) {
  if (policy.token.empty() || claim.needs_no_token) return false;
  constexpr std::string_view kScheme = "Bearer ";  // RFC 6750 §2.1; the scheme in any case
  const bool is_bearer = same_name(claim.authorization.substr(0, kScheme.size()), kScheme);
  return !is_bearer || !same_token(claim.authorization.substr(kScheme.size()), policy.token);
}

struct Rule {
  bool (*breaks)(const AccessClaim&, const AccessPolicy&);
  ErrorCode code;
  std::string_view sentence;
};

// Every rule there is, on every route and the WebSocket's upgrade; the first that is broken speaks.
constexpr std::array kRules{
    Rule{host_is_strange, ErrorCode::kForbiddenHost,
         "this display does not answer to that name: use its address, or add the name to "
         "http.hosts"},
    Rule{origin_is_strange, ErrorCode::kForbiddenOrigin,
         "web pages of other sites may not use this display: open its own page, or add the page's "
         "host name to http.hosts"},
    Rule{token_is_missing, ErrorCode::kUnauthorized,
         "this display wants the token of its auth.token_file: send it as Authorization: Bearer "
         "TOKEN"},
};

}  // namespace

Status check_access(const AccessClaim& claim, const AccessPolicy& policy) {
  for (const Rule& rule : kRules)
    if (rule.breaks(claim, policy)) return fail(rule.code, rule.sentence);
  return {};
}

bool same_token(std::string_view given, std::string_view ours) {
  if (given.empty() || ours.empty()) return false;
  // Volatile: the compiler may not leave the loop early.
  volatile unsigned difference = given.size() == ours.size() ? 0 : 1;
  for (std::size_t i = 0; i < ours.size(); ++i) {
    const auto pair = static_cast<unsigned>(ours[i] ^ given[i % given.size()]);
    difference = difference | pair;
  }
  return difference == 0;
}

}  // namespace p3a
