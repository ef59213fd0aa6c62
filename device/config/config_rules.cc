#include "device/config/config_rules.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "device/config/config.h"
#include "device/ports.h"

namespace p3a {
namespace {

constexpr std::string_view kDigits = "0123456789";
constexpr std::string_view kHexDigits = "0123456789abcdefABCDEF";
constexpr std::string_view kLowerAlnum = "abcdefghijklmnopqrstuvwxyz0123456789";
constexpr std::string_view kAlnum =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

bool only(std::string_view text, std::string_view first, std::string_view more = {}) {
  return std::ranges::all_of(text, [&](char c) { return first.contains(c) || more.contains(c); });
}

// Dotted decimal: four numbers of 0 to 255, no leading zeros (inet_pton takes no others).
bool valid_ipv4(std::string_view text) {
  for (int part = 0; part < 4; ++part) {
    const std::size_t dot = part < 3 ? text.find('.') : text.size();
    if (dot == std::string_view::npos || dot == 0 || dot > 3) return false;
    const std::string_view digits = text.substr(0, dot);
    if (!only(digits, kDigits) || (dot > 1 && digits[0] == '0')) return false;
    int number = 0;
    for (const char c : digits) number = number * 10 + (c - '0');
    if (number > 255) return false;
    text.remove_prefix(std::min(dot + 1, text.size()));
  }
  return true;
}

// Any IPv6 address has two colons, which no name with a port has.
bool valid_ipv6(std::string_view text) {
  return text.size() <= 45 && std::ranges::count(text, ':') >= 2 && only(text, kHexDigits, ":.");
}

bool valid_host(std::string_view text) {
  if (valid_ipv6(text)) return true;
  return !text.empty() && text.size() <= 253 && kAlnum.contains(text[0]) &&
         only(text, kAlnum, "-._");
}

std::optional<std::uint8_t> hex_byte(std::string_view two) {
  if (!only(two, kHexDigits)) return std::nullopt;
  const auto nibble = [](char c) {
    const std::size_t at = kHexDigits.find(c);
    return at < 16 ? at : at - 6;
  };
  return static_cast<std::uint8_t>(nibble(two[0]) << 4 | nibble(two[1]));
}

}  // namespace

bool valid_address(std::string_view text) { return valid_ipv4(text) || valid_ipv6(text); }

bool valid_hosts(const std::vector<std::string>& hosts) {
  return hosts.size() <= 16 && std::ranges::all_of(hosts, valid_host);
}

bool valid_folder(std::string_view text) { return !text.contains('\0'); }

bool valid_save_path(std::string_view text) {
  if (text.size() > 200 || text.starts_with('.') || text.contains("/.")) return false;
  const auto path = StoragePath::parse(text);
  return path && text != kSavedConfigName && !text.starts_with(std::string(kSavedConfigName) + '/');
}

bool valid_priority(const std::vector<std::string>& sources) {
  constexpr std::array<std::string_view, 3> kSources = {"stream", "raw", "rotation"};
  return std::ranges::is_permutation(sources, kSources);
}

bool valid_label(std::string_view text) {
  return !text.empty() && text.size() <= 63 && only(text, kLowerAlnum, "-") &&
         text.front() != '-' && text.back() != '-';
}

std::optional<Rgb> parse_color(std::string_view text) {
  if (text.size() != 7 || text[0] != '#') return std::nullopt;
  const auto r = hex_byte(text.substr(1, 2));
  const auto g = hex_byte(text.substr(3, 2));
  const auto b = hex_byte(text.substr(5, 2));
  if (!r || !g || !b) return std::nullopt;
  return Rgb{*r, *g, *b};
}

std::string color_text(Rgb color) {
  std::string out = "#";
  for (const std::uint8_t byte : {color.r, color.g, color.b}) {
    out += kHexDigits[byte >> 4];
    out += kHexDigits[byte & 15];
  }
  return out;
}

}  // namespace p3a
