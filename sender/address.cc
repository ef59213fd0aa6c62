#include "sender/address.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <span>

namespace p3a::sender {
namespace {

constexpr std::uint16_t kPorts[] = {80, 8080};
constexpr std::uint16_t kTlsPorts[] = {443, 80, 8080};  // a display keeps its ports under TLS

bool take_prefix(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

// Letters that could end the Host header or the request line, or hide in it.
bool is_plain(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7F; });
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc{} || end != text.data() + text.size() || port == 0) return std::nullopt;
  return port;
}

struct HostAndPort {
  std::string_view host{};
  std::string_view port{};  // empty: none
  bool valid = true;
};

HostAndPort split(std::string_view text) {
  if (take_prefix(text, "[")) {
    const auto end = text.find(']');
    if (end == std::string_view::npos) return {.valid = false};
    const std::string_view rest = text.substr(end + 1);
    if (rest.empty()) return {.host = text.substr(0, end)};
    return {.host = text.substr(0, end),
            .port = rest.substr(1),
            .valid = rest.size() > 1 && rest[0] == ':'};
  }
  const auto colon = text.find(':');
  if (colon == std::string_view::npos || text.find(':', colon + 1) != std::string_view::npos) {
    return {.host = text};  // a name, or IPv6 without a port
  }
  return {.host = text.substr(0, colon),
          .port = text.substr(colon + 1),
          .valid = colon + 1 < text.size()};
}

}  // namespace

Result<std::vector<Destination>> parse_address(std::string_view address, std::string_view path,
                                               std::string_view token, std::string_view ca_file) {
  std::string_view rest = address;
  const bool tls = take_prefix(rest, "https://") || take_prefix(rest, "wss://");
  if (!tls && !take_prefix(rest, "http://")) take_prefix(rest, "ws://");
  const auto slash = rest.find('/');
  if (slash != std::string_view::npos) {
    if (slash + 1 < rest.size()) path = rest.substr(slash);
    rest = rest.substr(0, slash);
  }
  const HostAndPort parts = split(rest);
  const auto port = parse_port(parts.port);
  if (!parts.valid || parts.host.empty() || !is_plain(address) || !is_plain(token) ||
      (!port && !parts.port.empty())) {
    return fail(ErrorCode::kInvalidValue, "\"", address,
                "\" is no address: write NAME, NAME:PORT or [IPv6]:PORT.");
  }
  std::vector<Destination> destinations;
  const std::span<const std::uint16_t> ports =
      tls ? std::span<const std::uint16_t>(kTlsPorts) : std::span<const std::uint16_t>(kPorts);
  for (const std::uint16_t candidate : ports) {
    if (port && !destinations.empty()) break;
    destinations.push_back({.host = std::string(parts.host),
                            .port = port.value_or(candidate),
                            .path = std::string(path),
                            .token = std::string(token),
                            .tls = tls,
                            .ca_file = std::string(ca_file)});
  }
  return destinations;
}

}  // namespace p3a::sender
