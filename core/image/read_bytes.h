// A fixed number of bytes out of a source, or nothing when they are not all there.
#pragma once

#include <array>
#include <optional>

#include "core/base/bytes.h"

namespace p3a {

template <std::size_t kCount>
std::optional<std::array<std::uint8_t, kCount>> read_bytes(ByteSource& source,
                                                           std::uint64_t offset) {
  std::array<std::uint8_t, kCount> bytes{};
  if (source.read_at(offset, bytes) != kCount) return std::nullopt;
  return bytes;
}

}  // namespace p3a
