// GIF stills and animations, record by record with giflib.
//
// Decoded as it plays: one canvas in memory. What transparency and "background" uncover is
// transparent, as in browsers, not the file's background colour. Parts of frames beyond the canvas
// are cut off. A file with one frame turns out to be a still when that frame is decoded. Loops for
// ever, whatever the file's loop count.
#pragma once

#include <memory>

#include "device/ports.h"

namespace p3a {

/// `info` is what probe() said about the file.
std::unique_ptr<Picture> open_gif(std::unique_ptr<ReadableFile> file, const ImageInfo& info,
                                  const ImageLimits& limits);

}  // namespace p3a
