// WebP stills and animations, lossy and lossless, by libwebp and libwebpdemux.
//
// The library wants the whole file in memory; a still gives it back after decoding, an animation
// keeps it, and two canvases, while it plays. Loops for ever, whatever the file's loop count; its
// background colour is ignored, as browsers do.
#pragma once

#include <memory>

#include "device/ports.h"

namespace p3a {

/// `info` is what probe() said about the file.
std::unique_ptr<Picture> open_webp(std::unique_ptr<ReadableFile> file, const ImageInfo& info,
                                   const ImageLimits& limits);

}  // namespace p3a
