// Opens a picture and decodes its first frame: the one way in for files of the rotation and
// uploads.
#pragma once

#include <memory>
#include <string>

#include "device/engine/submission.h"
#include "device/upload/upload_target.h"

namespace p3a {

/// `frame`: lent by the pool, its canvas is written. Errors: those of Decoders::open() and
/// Picture::next(). Any thread.
Result<PreparedPicture> prepare_picture(Decoders& decoders, const View& view,
                                        const ImageLimits& limits,
                                        std::unique_ptr<ReadableFile> file, FrameRef frame);

/// What to say of it when it is shown.
std::shared_ptr<const ShownPicture> label_of(const PreparedPicture& prepared, std::string name);

}  // namespace p3a
