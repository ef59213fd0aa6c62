#include "ports/decode/jpeg_picture.h"

#include <algorithm>
#include <array>

#include "ports/decode/jpeg_reader.h"
#include "ports/decode/pixel_buffer.h"
#include "ports/jpeg/baseline_decoder.h"

namespace p3a {
namespace {

using jpeg::BaselineDecoder;

// Live pictures that are larger are rare, and the file lies in memory twice.
constexpr std::uint64_t kMaxLiveBytes = 2 * 1024 * 1024;

// How far the decoder may shrink the picture, in eighths, so that no detail that the panel can show
// is lost: the halves for which libjpeg-turbo has fast code.
std::uint32_t decode_scale(Size picture, const Canvas& canvas, const View& view) {
  const bool turned = view.rotation == Rotation::k90 || view.rotation == Rotation::k270;
  const Placement placed =
      place(picture, turned ? canvas.size.transposed() : canvas.size, view.fit);
  for (const std::uint32_t eighths : {1u, 2u, 4u}) {
    if (std::uint64_t{placed.crop.width} * eighths >= std::uint64_t{placed.target.width} * 8 &&
        std::uint64_t{placed.crop.height} * eighths >= std::uint64_t{placed.target.height} * 8) {
      return eighths;
    }
  }
  return 8;
}

class JpegPicture final : public Picture {
 public:
  JpegPicture(std::unique_ptr<ReadableFile> file, const ImageInfo& info)
      : file_(std::move(file)), info_(info) {}

  const ImageInfo& info() const override { return info_; }

  Result<DecodedFrame> next(const View& view, const Canvas& canvas) override {
    if (!decode_live(view, canvas)) {
      if (const Status decoded = decode(view, canvas); !decoded) {
        return std::unexpected(decoded.error());
      }
    }
    return DecodedFrame{.delay = {}, .last = true};
  }

 private:
  // The pixels that decode() would show, in half the time. False: it has to, from the beginning.
  bool decode_live(const View& view, const Canvas& canvas) {
    if (!BaselineDecoder::is_available() || view.chroma == Scaling::kBilinear ||
        decode_scale(info_.size, canvas, view) != 8 || file_->size() > kMaxLiveBytes) {
      return false;
    }
    const ByteView file = whole_file();
    if (file.empty() || !scan_.reserve(BaselineDecoder::scratch_bytes(file.size()))) return false;
    auto decoder = BaselineDecoder::open(file, scan_.span());
    if (!decoder || decoder->size() != info_.size) return false;
    const PictureShape shape{
        .rows = info_.size, .original = info_.size, .format = RowFormat::kRgb888};
    auto compositor = start_composing(canvas, view, shape, scratch_);
    return compositor && read_live_rows(*decoder, *compositor, canvas.stride);
  }

  // Where it lies, else read into memory; empty: it cannot be had.
  ByteView whole_file() {
    if (const ByteView bytes = file_->in_memory(); !bytes.empty()) return bytes;
    const auto size = static_cast<std::size_t>(file_->size());
    if (!bytes_.reserve(size)) return {};
    const ByteSpan bytes = bytes_.span().first(size);
    return file_->read_at(0, bytes) == size ? ByteView(bytes) : ByteView();
  }

  bool read_live_rows(BaselineDecoder& decoder, Compositor& compositor, std::size_t stride) {
    const bool direct = !compositor.direct_row(0).empty();
    const std::size_t row_bytes = std::size_t{info_.size.width} * 3;
    if (!direct && !rows_.reserve(row_bytes * BaselineDecoder::kRows)) return false;
    for (std::uint32_t y = 0; y < info_.size.height; y += BaselineDecoder::kRows) {
      std::uint8_t* const rows = direct ? compositor.direct_row(y).data() : rows_.data();
      if (!decoder.read_rows(rows, direct ? stride : row_bytes)) return false;
      if (direct) continue;
      const std::uint32_t count = std::min(BaselineDecoder::kRows, info_.size.height - y);
      for (std::uint32_t i = 0; i < count; ++i) {
        compositor.push_row({rows + i * row_bytes, row_bytes});
      }
    }
    return true;
  }

  Status decode(const View& view, const Canvas& canvas) {
    const auto reader = std::make_unique<JpegReader>(*file_);
    const auto size = reader->read_header();
    if (!size) return std::unexpected(size.error());
    if (*size != info_.size) {
      return fail(ErrorCode::kDecodeFailed, "The JPEG tells two sizes. Export it again.");
    }
    const auto rows =
        reader->start(decode_scale(info_.size, canvas, view), view.chroma == Scaling::kBilinear);
    if (!rows) return std::unexpected(rows.error());
    const PictureShape shape{.rows = *rows, .original = info_.size, .format = RowFormat::kRgb888};
    auto compositor = start_composing(canvas, view, shape, scratch_);
    if (!compositor) return std::unexpected(compositor.error());
    const Status read = compositor->direct_row(0).empty()
                            ? push_rows(*reader, *compositor, *rows)
                            : read_directly(*reader, *compositor, *rows);
    return read ? reader->finish() : read;
  }

  static Status read_directly(JpegReader& reader, const Compositor& compositor, Size size) {
    std::array<std::uint8_t*, JpegReader::kMaxRows> rows;
    for (std::uint32_t y = 0; y < size.height;) {
      const std::uint32_t count = std::min(JpegReader::kMaxRows, size.height - y);
      for (std::uint32_t i = 0; i < count; ++i) rows[i] = compositor.direct_row(y + i).data();
      const auto done = reader.read_rows(rows.data(), count);
      if (!done) return std::unexpected(done.error());
      y += *done;
    }
    return {};
  }

  Status push_rows(JpegReader& reader, Compositor& compositor, Size size) {
    constexpr std::uint32_t kRowsAtOnce = 4;
    const std::size_t row_bytes = std::size_t{size.width} * 3;
    if (const Status taken = rows_.reserve(row_bytes * kRowsAtOnce); !taken) return taken;
    std::array<std::uint8_t*, kRowsAtOnce> rows;
    for (std::uint32_t i = 0; i < kRowsAtOnce; ++i) rows[i] = rows_.data() + i * row_bytes;
    for (std::uint32_t y = 0; y < size.height;) {
      const auto done = reader.read_rows(rows.data(), std::min(kRowsAtOnce, size.height - y));
      if (!done) return std::unexpected(done.error());
      for (std::uint32_t i = 0; i < *done; ++i) compositor.push_row({rows[i], row_bytes});
      y += *done;
    }
    return {};
  }

  std::unique_ptr<ReadableFile> file_;
  ImageInfo info_;
  PixelBuffer scratch_;
  PixelBuffer rows_;
  PixelBuffer bytes_;
  PixelBuffer scan_;
};

}  // namespace

std::unique_ptr<Picture> open_jpeg(std::unique_ptr<ReadableFile> file, const ImageInfo& info) {
  return std::make_unique<JpegPicture>(std::move(file), info);
}

}  // namespace p3a
