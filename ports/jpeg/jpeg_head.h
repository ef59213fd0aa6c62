// What stands before the picture's data in a JPEG of ours: as libjpeg writes it.
#pragma once

#include "core/base/bytes.h"
#include "core/base/geometry.h"
#include "ports/jpeg/standard_tables.h"

namespace p3a::jpeg {

/// Two quantisation tables of 64, four of Huffman codes, and the markers.
constexpr std::size_t kHeadBytes = 623;

/// libjpeg's scale of quality, 1 to 100.
QuantTable scale_quant(const QuantTable& table, int quality);

/// Writes kHeadBytes, for 4:2:0.
void write_head(Size size, const QuantTable& luma, const QuantTable& chroma, std::uint8_t* out);

}  // namespace p3a::jpeg
