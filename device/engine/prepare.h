// Opens a picture and decodes its first frame: the one way in for files of the rotation and
// uploads.
#pragma once

#include <memory>

#include "device/upload/upload_target.h"

namespace p3a {

/// `frame`: lent by the pool, its canvas is written. Errors: those of Decoders::open() and
/// Picture::next(). The decode thread.
Result<PreparedPicture> prepare_picture(Decoders& decoders, const View& view,
                                        const ImageLimits& limits,
                                        std::unique_ptr<ReadableFile> file, FrameRef frame);

}  // namespace p3a
