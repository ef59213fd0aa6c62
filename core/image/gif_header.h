// Reads a GIF's logical screen descriptor.
//
// Source of the format: GIF89a specification, section 18. How many frames follow is known only to
// who walks them all, so that is left to the decoder. One read of 13 bytes.
#pragma once

#include "core/image/image.h"

namespace p3a {

/// The size of the canvas. Errors: kDecodeFailed and those of check_size().
Result<Size> parse_gif_header(ByteSource& source, const ImageLimits& limits);

}  // namespace p3a
