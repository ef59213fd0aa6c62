// What every cell of a P3X frame costs, for `p3a-send inspect`.
#pragma once

#include <span>

#include "core/codec/decoder.h"

namespace p3a::sender {

/// decoder.decode_slice(), which also adds to each cell of columns × rows what it cost by the
/// models' chances, in 1/256 bit; what is said of a block is spread over its cells.
void decode_slice_weighed(p3x::Decoder& decoder, std::uint32_t slice,
                          std::span<std::uint32_t> cell_costs);

}  // namespace p3a::sender
