// Reads a GIF's logical screen descriptor and walks its blocks.
//
// Source of the format: GIF89a specification, sections 15 (sub-blocks), 18 (screen), 20 (image) and
// 23 to 27 (extensions, trailer). Reads what the blocks' sizes need and no pixels.
#pragma once

#include "core/image/image.h"

namespace p3a {

/// The size of the canvas. Errors: kDecodeFailed and those of check_size().
Result<Size> parse_gif_header(ByteSource& source, const ImageLimits& limits);

/// Walks the whole file up to its trailer, behind a header that parse_gif_header() has taken, and
/// returns the number of its frames, at least one. Errors: kDecodeFailed (cut off, no frame, no
/// GIF's block), kDecodeLimit (more frames than the limits allow).
Result<std::uint32_t> count_gif_frames(ByteSource& source, const ImageLimits& limits);

}  // namespace p3a
