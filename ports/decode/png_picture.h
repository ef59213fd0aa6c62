// PNG stills and APNG animations, by libspng and our own walk over the animation's chunks.
//
// A still is streamed row by row to the panel's canvas (interlaced ones are held whole first). An
// animation is decoded frame by frame as it plays; a default image that is not part of it is not
// shown. Wrong CRCs and missing data are kDecodeFailed.
#pragma once

#include <memory>

#include "device/ports.h"

namespace p3a {

/// `info` is what probe() said about the file. Errors: kDecodeFailed and those of
/// parse_png_header().
Result<std::unique_ptr<Picture>> open_png(std::unique_ptr<ReadableFile> file, const ImageInfo& info,
                                          const ImageLimits& limits);

}  // namespace p3a
