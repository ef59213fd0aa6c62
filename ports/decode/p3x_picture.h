// P3X files: a kept stream, played frame by frame (docs/P3X.md, section 11).
//
// The decoder's memory is what the file's head says, at most 32 MiB for pictures, taken with the
// first frame; the file is read as it plays. Loops for ever.
#pragma once

#include <memory>

#include "device/ports.h"

namespace p3a {

/// `info` is what probe() said about the file.
std::unique_ptr<Picture> open_p3x(std::unique_ptr<ReadableFile> file, const ImageInfo& info,
                                  const ImageLimits& limits);

}  // namespace p3a
