// JPEG stills: baseline and progressive, gray, YCbCr and RGB, by libjpeg-turbo's jpeglib.h.
//
// Rows are streamed from the file to the panel's canvas; a picture at least twice as large as it is
// shown is shrunk while it is decoded. The EXIF orientation is ignored: the picture is shown as it
// is stored, which is what a sender of live pictures means. Damaged or cut-off data is
// kDecodeFailed, never half a picture.
#pragma once

#include <memory>

#include "device/ports.h"

namespace p3a {

/// `info` is what probe() said about the file.
std::unique_ptr<Picture> open_jpeg(std::unique_ptr<ReadableFile> file, const ImageInfo& info);

}  // namespace p3a
