#include "ports/client/image_encoder.h"

#include <turbojpeg.h>

#include <algorithm>

#include "ports/png/png_writer.h"

namespace p3a::sender {
namespace {

int turbo_format(InputFormat format) {
  switch (format) {
    case InputFormat::kRgba8888:
      return TJPF_RGBX;
    case InputFormat::kBgra8888:
      return TJPF_BGRX;
    default:
      return TJPF_RGB;
  }
}

jpeg::PixelOrder pixel_order(InputFormat format) {
  switch (format) {
    case InputFormat::kRgba8888:
      return jpeg::PixelOrder::kRgbx;
    case InputFormat::kBgra8888:
      return jpeg::PixelOrder::kBgrx;
    default:
      return jpeg::PixelOrder::kRgb;
  }
}

PngRows rows_of(const Pixels& pixels) {
  return [pixels](std::uint32_t y) {
    return ByteView(pixels.row(y), std::size_t{pixels.size.width} * 3);
  };
}

}  // namespace

LibraryImageEncoder::LibraryImageEncoder() : turbo_(tjInitCompress()) {}
LibraryImageEncoder::~LibraryImageEncoder() {
  if (turbo_) tjDestroy(turbo_);
}

Result<ByteView> LibraryImageEncoder::encode_jpeg(const Pixels& pixels, int quality,
                                                  bool full_chroma) {
  const std::uint32_t side = std::max(pixels.size.width, pixels.size.height);
  const bool known = !full_chroma && side <= jpeg::kMaxSide && pixels.size.pixels() != 0 &&
                     quality >= 1 && quality <= 100;
  if (!known || !jpeg::BaselineEncoder::is_available())
    return encode_by_library(pixels, quality, full_chroma);
  return baseline_.encode({pixels.data, pixels.size, pixels.stride, pixel_order(pixels.format)},
                          quality);
}

Result<ByteView> LibraryImageEncoder::encode_by_library(const Pixels& pixels, int quality,
                                                        bool full_chroma) {
  const auto width = static_cast<int>(pixels.size.width);
  const auto height = static_cast<int>(pixels.size.height);
  const int chroma = full_chroma ? TJSAMP_444 : TJSAMP_420;
  const std::size_t worst = tjBufSize(width, height, chroma);
  if (worst > jpeg_capacity_) {
    jpeg_ = std::make_unique_for_overwrite<std::uint8_t[]>(worst);
    jpeg_capacity_ = worst;
  }
  unsigned char* file = jpeg_.get();
  unsigned long size = static_cast<unsigned long>(jpeg_capacity_);
  // The exact transform: with AVX2 it is no slower than TJFLAG_FASTDCT (image_encoder_bench).
  if (!turbo_ || tjCompress2(turbo_, pixels.data, width, static_cast<int>(pixels.stride), height,
                             turbo_format(pixels.format), &file, &size, chroma, quality,
                             TJFLAG_NOREALLOC | TJFLAG_ACCURATEDCT) != 0) {
    return fail(ErrorCode::kInternal, "The picture could not be encoded as JPEG (",
                std::string_view(tjGetErrorStr2(turbo_)), ").");
  }
  return ByteView(file, size);
}

Result<ByteView> LibraryImageEncoder::encode_png(const Pixels& pixels, PngEffort effort) {
  if (const Status written =
          write_png(pixels.size, rows_of(pixels), png_, effort == PngEffort::kSmall);
      !written) {
    return std::unexpected(written.error());
  }
  return ByteView(png_);
}

bool LibraryImageEncoder::png_takes_more(const Pixels& pixels, std::size_t bytes) {
  return png_floor_.takes_more(pixels.size, rows_of(pixels), bytes);
}

}  // namespace p3a::sender
