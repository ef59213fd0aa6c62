#include "ports/client/image_encoder.h"

#include <spng.h>
#include <turbojpeg.h>

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

struct FreeSpng {
  void operator()(spng_ctx* context) const { spng_ctx_free(context); }
};

int append(spng_ctx*, void* file, void* bytes, std::size_t size) {
  const auto* from = static_cast<const std::uint8_t*>(bytes);
  auto& out = *static_cast<std::vector<std::uint8_t>*>(file);
  out.insert(out.end(), from, from + size);
  return SPNG_OK;
}

int write_png(const Pixels& pixels, std::vector<std::uint8_t>& file) {
  const std::unique_ptr<spng_ctx, FreeSpng> context(spng_ctx_new(SPNG_CTX_ENCODER));
  if (!context) return SPNG_EMEM;
  spng_ihdr header{};
  header.width = pixels.size.width;
  header.height = pixels.size.height;
  header.bit_depth = 8;
  header.color_type = SPNG_COLOR_TYPE_TRUECOLOR;
  spng_set_option(context.get(), SPNG_IMG_COMPRESSION_LEVEL, 1);
  spng_set_option(context.get(), SPNG_FILTER_CHOICE, SPNG_FILTER_CHOICE_UP);
  if (const int error = spng_set_png_stream(context.get(), append, &file)) return error;
  if (const int error = spng_set_ihdr(context.get(), &header)) return error;
  const std::size_t bytes = pixels.stride * pixels.size.height;
  const int error =
      spng_encode_image(context.get(), pixels.data, bytes, SPNG_FMT_PNG, SPNG_ENCODE_FINALIZE);
  return error == SPNG_EOI ? SPNG_OK : error;
}

}  // namespace

LibraryImageEncoder::LibraryImageEncoder() : turbo_(tjInitCompress()) {}
LibraryImageEncoder::~LibraryImageEncoder() {
  if (turbo_) tjDestroy(turbo_);
}

Result<ByteView> LibraryImageEncoder::encode_jpeg(const Pixels& pixels, int quality,
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

Result<ByteView> LibraryImageEncoder::encode_png(const Pixels& pixels) {
  png_.clear();
  if (const int error = write_png(pixels, png_)) {
    return fail(ErrorCode::kInternal, "The picture could not be encoded as PNG (",
                std::string_view(spng_strerror(error)), ").");
  }
  return ByteView(png_);
}

}  // namespace p3a::sender
