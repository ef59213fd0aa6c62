// Which of two wrapping 32-bit sequence numbers is the newer one: serial number arithmetic,
// RFC 1982.
#pragma once

#include <cstdint>

namespace p3a {

/// How many steps `to` is ahead of `from`; negative when it is behind. Of two numbers exactly half
/// the circle apart each is behind the other.
constexpr std::int32_t sequence_distance(std::uint32_t from, std::uint32_t to) {
  return static_cast<std::int32_t>(to - from);
}

constexpr bool is_newer(std::uint32_t sequence, std::uint32_t than) {
  return sequence_distance(than, sequence) > 0;
}

}  // namespace p3a
