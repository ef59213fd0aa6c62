#include "ports/client/image_encoder.h"

#include <turbojpeg.h>

#include <thread>

#include "ports/client/jpeg_strips.h"
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

}  // namespace

LibraryImageEncoder::Turbo::Turbo() : handle_(tjInitCompress()) {}
LibraryImageEncoder::Turbo::~Turbo() {
  if (handle_) tjDestroy(handle_);
}

Result<ByteView> LibraryImageEncoder::Turbo::encode(const Pixels& pixels, int quality,
                                                    bool full_chroma) {
  const auto width = static_cast<int>(pixels.size.width);
  const auto height = static_cast<int>(pixels.size.height);
  const int chroma = full_chroma ? TJSAMP_444 : TJSAMP_420;
  const std::size_t worst = tjBufSize(width, height, chroma);
  if (worst > file_.size()) file_.resize(worst);
  unsigned char* file = file_.data();
  auto size = static_cast<unsigned long>(file_.size());
  // The exact transform: with AVX2 it is no slower than TJFLAG_FASTDCT (image_encoder_bench).
  if (!handle_ || tjCompress2(handle_, pixels.data, width, static_cast<int>(pixels.stride), height,
                              turbo_format(pixels.format), &file, &size, chroma, quality,
                              TJFLAG_NOREALLOC | TJFLAG_ACCURATEDCT) != 0) {
    return fail(ErrorCode::kInternal, "The picture could not be encoded as JPEG (",
                std::string_view(tjGetErrorStr2(handle_)), ").");
  }
  return ByteView(file, size);
}

LibraryImageEncoder::LibraryImageEncoder() = default;
LibraryImageEncoder::~LibraryImageEncoder() = default;

Result<ByteView> LibraryImageEncoder::encode_jpeg(const Pixels& pixels, int quality,
                                                  bool full_chroma) {
  const std::uint32_t upper_rows = strip_height(pixels.size);
  if (upper_rows == 0 || std::thread::hardware_concurrency() < 2) {
    return turbo_.encode(pixels, quality, full_chroma);
  }
  return encode_in_two(pixels, upper_rows, quality, full_chroma);
}

Result<ByteView> LibraryImageEncoder::encode_in_two(const Pixels& pixels, std::uint32_t upper_rows,
                                                    int quality, bool full_chroma) {
  if (!second_thread_) second_thread_ = std::make_unique<SecondThread>();
  Pixels upper = pixels;
  upper.size.height = upper_rows;
  Pixels lower = pixels;
  lower.size.height -= upper_rows;
  lower.data = pixels.row(upper_rows);
  Result<ByteView> lower_file;
  second_thread_->run([&] { lower_file = second_turbo_.encode(lower, quality, full_chroma); });
  const auto upper_file = turbo_.encode(upper, quality, full_chroma);
  second_thread_->wait();
  if (!upper_file) return upper_file;
  if (!lower_file) return lower_file;
  const std::size_t room = upper_file->size() + lower_file->size() + kJoinBytes;
  if (room > joined_.size()) joined_.resize(room);
  const auto size =
      join_strips(*upper_file, *lower_file, pixels.size, upper_rows, full_chroma ? 8 : 16, joined_);
  if (!size) return turbo_.encode(pixels, quality, full_chroma);
  return ByteView(joined_).first(*size);
}

Result<ByteView> LibraryImageEncoder::encode_png(const Pixels& pixels) {
  const auto row = [&](std::uint32_t y) {
    return ByteView(pixels.row(y), std::size_t{pixels.size.width} * 3);
  };
  if (const Status written = write_png(pixels.size, row, png_); !written) {
    return std::unexpected(written.error());
  }
  return ByteView(png_);
}

}  // namespace p3a::sender
