#include "ports/decode/decoders.h"

#include "ports/decode/gif_picture.h"
#include "ports/decode/jpeg_picture.h"
#include "ports/decode/p3x_picture.h"
#include "ports/decode/png_picture.h"
#include "ports/decode/webp_picture.h"

namespace p3a {

Result<std::unique_ptr<Picture>> LibraryDecoders::open(std::unique_ptr<ReadableFile> file,
                                                       const ImageLimits& limits) {
  const auto info = probe(*file, limits);
  if (!info) return std::unexpected(info.error());
  switch (info->format) {
    case ImageFormat::kPng:
      return open_png(std::move(file), *info, limits);
    case ImageFormat::kJpeg:
      return open_jpeg(std::move(file), *info);
    case ImageFormat::kWebp:
      return open_webp(std::move(file), *info, limits);
    case ImageFormat::kGif:
      return open_gif(std::move(file), *info, limits);
    case ImageFormat::kP3x:
      return open_p3x(std::move(file), *info, limits);
  }
  return fail(ErrorCode::kInternal, "A picture format has no decoder.");
}

}  // namespace p3a
