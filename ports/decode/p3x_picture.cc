#include "ports/decode/p3x_picture.h"

#include "core/codec/decoder.h"
#include "core/image/p3x_header.h"
#include "ports/decode/pixel_buffer.h"

namespace p3a {
namespace {

std::unexpected<Error> damaged() {
  return fail(ErrorCode::kDecodeFailed,
              "The P3X file is damaged or cut off. Encode it again and send it again.");
}

class P3xPicture final : public Picture {
 public:
  P3xPicture(std::unique_ptr<ReadableFile> file, const ImageInfo& info, const ImageLimits& limits)
      : file_(std::move(file)), info_(info), limits_(limits) {}

  const ImageInfo& info() const override { return info_; }

  Result<DecodedFrame> next(const View& view, const Canvas& canvas) override {
    if (header_.frames == 0)
      if (const Status opened = open(); !opened) return std::unexpected(opened.error());
    if (frame_ == header_.frames) restart();
    const auto entry = read_p3x_entry(*file_, header_, frame_);
    const Status decoded = entry ? decode(*entry) : std::unexpected(entry.error());
    if (!decoded) {
      restart();
      return std::unexpected(decoded.error());
    }
    ++frame_;
    offset_ += entry->bytes;
    const PictureShape shape{
        .rows = info_.size, .original = info_.size, .format = RowFormat::kRgb888};
    const Status composed = compose_whole(canvas, view, shape, pixels_.data(), scratch_);
    if (!composed) return std::unexpected(composed.error());
    return DecodedFrame{.delay = info_.animated ? entry->delay : Micros{},
                        .last = frame_ == header_.frames};
  }

 private:
  // A header that this finds good is as probe() saw it, or the file was written over meanwhile.
  Status open() {
    const auto header = parse_p3x_header(*file_, limits_);
    if (!header) return std::unexpected(header.error());
    if (header->size != info_.size) return damaged();
    const p3x::Parameters parameters{.table_bits = header->table_bits, .slices = header->slices};
    const std::uint64_t bytes = p3x::models_bytes(header->size, parameters) + header->picture_bytes;
    if (const Status taken = memory_.reserve(static_cast<std::size_t>(bytes)); !taken) return taken;
    if (const Status taken = pixels_.reserve(header->size.pixels() * 3); !taken) return taken;
    decoder_ = p3x::Decoder(ByteSpan(memory_.data(), static_cast<std::size_t>(bytes)));
    header_ = *header;
    restart();
    return {};
  }

  Status decode(const P3xEntry& entry) {
    if (offset_ + entry.bytes > header_.index_offset) return damaged();
    if (const Status taken = bytes_.reserve(entry.bytes); !taken) return taken;
    const ByteSpan bytes(bytes_.data(), entry.bytes);
    if (file_->read_at(offset_, bytes) != bytes.size()) return damaged();
    if (const Status decoded = decoder_.decode(bytes); !decoded) {
      return fail(ErrorCode::kDecodeFailed, "Frame ", frame_ + 1,
                  " of the P3X file is damaged. Encode it again and send it again.");
    }
    if (decoder_.grid().output() != info_.size) return damaged();
    decoder_.paint_changes({pixels_.data(), info_.size, info_.size.width * std::size_t{3}});
    return {};
  }

  void restart() {
    frame_ = 0;
    offset_ = kP3xHeaderBytes;
  }

  std::unique_ptr<ReadableFile> file_;
  ImageInfo info_;
  ImageLimits limits_;
  P3xHeader header_;         // of no frames: not opened yet
  std::uint32_t frame_ = 0;  // the next one
  std::uint64_t offset_ = 0;
  PixelBuffer memory_;
  p3x::Decoder decoder_{{}};
  PixelBuffer bytes_;  // the frame being decoded
  PixelBuffer pixels_;
  PixelBuffer scratch_;
};

}  // namespace

std::unique_ptr<Picture> open_p3x(std::unique_ptr<ReadableFile> file, const ImageInfo& info,
                                  const ImageLimits& limits) {
  return std::make_unique<P3xPicture>(std::move(file), info, limits);
}

}  // namespace p3a
