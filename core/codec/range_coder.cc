#include "core/codec/range_coder.h"

namespace p3a::p3x {

void RangeEncoder::finish() {
  if (!touched_) return;
  // The fewest bytes all of whose continuations lie in [low, low + range).
  for (unsigned bytes = 0; bytes <= 4; ++bytes) {
    const std::uint64_t rest = bytes == 4 ? 0 : (std::uint64_t{1} << (32 - 8 * bytes)) - 1;
    const std::uint64_t value = (low_ + rest) & ~rest;
    if (value + rest >= low_ + range_) continue;
    low_ = value;
    for (unsigned i = 0; i <= bytes; ++i) shift();
    return;
  }
}

}  // namespace p3a::p3x
