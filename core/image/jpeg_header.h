// Walks a JPEG's marker segments up to the first scan and says what the frame header promises.
//
// Source of the format: ITU-T T.81 annex B. Only SOF0, SOF1 and SOF2 with 8 bits a sample and one
// or three components pass; lengths are followed, never trusted. Reads at most kMaxJpegSegments
// segment heads; metadata (an EXIF thumbnail is a JPEG too) is stepped over.
#pragma once

#include "core/image/image.h"

namespace p3a {

/// Far more than real files have; fill bytes between segments count.
inline constexpr std::uint32_t kMaxJpegSegments = 1024;

struct JpegHeader {
  Size size;
  std::uint8_t components = 0;  ///< 1 (grayscale) or 3
  bool progressive = false;
  std::uint8_t horizontal_sampling = 1;  ///< of the first component: 2 and 2 is 4:2:0
  std::uint8_t vertical_sampling = 1;
};

/// Errors: kUnsupportedFeature, kDecodeFailed, kDecodeLimit (too many segments) and those of
/// check_size().
Result<JpegHeader> parse_jpeg_header(ByteSource& source, const ImageLimits& limits);

}  // namespace p3a
