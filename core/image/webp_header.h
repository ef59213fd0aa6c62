// Reads a WebP file's container and the header of its picture.
//
// Source of the format: RFC 9649 (container in section 2, VP8L in section 3) and RFC 6386
// section 9.1 for VP8. The file must be at least as long as its RIFF header says. An animation's
// frames are counted, at most limits.max_frames and a few more chunk heads are read.
#pragma once

#include "core/image/image.h"

namespace p3a {

struct WebpHeader {
  Size size;  ///< of the canvas
  bool animated = false;
  std::uint32_t frames = 1;  ///< at least 1, within the limits
};

/// Errors: kDecodeFailed, kDecodeLimit (too many frames) and those of check_size().
Result<WebpHeader> parse_webp_header(ByteSource& source, const ImageLimits& limits);

}  // namespace p3a
