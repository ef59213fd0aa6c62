// PNG files of 8-bit R,G,B by libspng's encoder: lossless, tuned for speed or, where asked, for
// size. Any thread.
#pragma once

#include <functional>
#include <vector>

#include "core/base/bytes.h"
#include "core/base/error.h"
#include "core/base/geometry.h"

namespace p3a {

/// Row y from the top: width × 3 bytes that live until the next call.
using PngRows = std::function<ByteView(std::uint32_t y)>;

/// Replaces what is in `file`, whose memory is used again. Errors: kInternal (no pixels, or no
/// memory).
Status write_png(Size size, const PngRows& rows, std::vector<std::uint8_t>& file,
                 bool small = false);

}  // namespace p3a
