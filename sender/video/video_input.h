// Where video bytes come from, in order: a pipe, or memory in the tests.
#pragma once

#include "core/base/bytes.h"

namespace p3a::sender {

class VideoInput {
 public:
  virtual ~VideoInput() = default;
  /// Waits for bytes and fills `out` from its start; 0 when there will be no more.
  virtual std::size_t read(ByteSpan out) = 0;
};

/// Reads on until `out` is full; fewer only at the end.
inline std::size_t read_full(VideoInput& input, ByteSpan out) {
  std::size_t have = 0;
  while (have < out.size()) {
    const std::size_t count = input.read(out.subspan(have));
    if (count == 0) break;
    have += count;
  }
  return have;
}

}  // namespace p3a::sender
