#include "ports/decode/gif_reader.h"

#include <algorithm>

namespace p3a {
namespace {

Status failed() {
  return fail(ErrorCode::kDecodeFailed,
              "The GIF is damaged or cut off. Export it again and send it again.");
}

}  // namespace

Status GifReader::rewind() {
  offset_ = 0;
  buffered_ = {};
  int error = 0;
  gif_.reset(DGifOpen(this, read, &error));
  if (!gif_) return failed();
  return {};
}

Result<std::optional<GifFrame>> GifReader::next() {
  GifFrame frame;
  for (;;) {
    GifRecordType type = UNDEFINED_RECORD_TYPE;
    if (DGifGetRecordType(gif_.get(), &type) == GIF_ERROR) return std::unexpected(failed().error());
    if (type == TERMINATE_RECORD_TYPE) return std::nullopt;
    if (type == IMAGE_DESC_RECORD_TYPE) return read_head(frame);
    if (const Status read = read_extension(frame); !read) return std::unexpected(read.error());
  }
}

Status GifReader::read_extension(GifFrame& frame) {
  int code = 0;
  GifByteType* block = nullptr;  // its first byte is its length
  if (DGifGetExtension(gif_.get(), &code, &block) == GIF_ERROR) return failed();
  while (block != nullptr) {
    GraphicsControlBlock control{};
    if (code == GRAPHICS_EXT_FUNC_CODE &&
        DGifExtensionToGCB(block[0], block + 1, &control) == GIF_OK) {
      frame.delay = control.DelayTime * 10ms;
      frame.transparent = control.TransparentColor;
      frame.dispose = Dispose::kKeep;
      if (control.DisposalMode == DISPOSE_BACKGROUND) frame.dispose = Dispose::kBackground;
      if (control.DisposalMode == DISPOSE_PREVIOUS) frame.dispose = Dispose::kPrevious;
    }
    if (DGifGetExtensionNext(gif_.get(), &block) == GIF_ERROR) return failed();
  }
  return {};
}

Result<std::optional<GifFrame>> GifReader::read_head(GifFrame frame) {
  if (DGifGetImageHeader(gif_.get()) == GIF_ERROR) return std::unexpected(failed().error());
  const GifImageDesc& image = gif_->Image;
  frame.region = {image.Left, image.Top, static_cast<std::uint32_t>(image.Width),
                  static_cast<std::uint32_t>(image.Height)};
  frame.interlaced = image.Interlace;
  if (frame.region.empty() || (!image.ColorMap && !gif_->SColorMap)) {
    return std::unexpected(failed().error());
  }
  // What lies beyond the canvas is decoded, too, so a frame is bounded like a picture.
  if (frame.region.width > limits_.max_width || frame.region.height > limits_.max_height) {
    return fail(ErrorCode::kDecodeLimit, "A frame of the GIF is ", frame.region.width, " x ",
                frame.region.height, " pixels; at most ", limits_.max_width, " x ",
                limits_.max_height, " are taken.");
  }
  if (frame.region.width > indices_size_) {
    indices_ = std::make_unique<GifPixelType[]>(frame.region.width);
    indices_size_ = frame.region.width;
  }
  return frame;
}

Status GifReader::read_row(const GifFrame& frame, ByteSpan rgba) {
  const auto width = static_cast<int>(frame.region.width);
  if (DGifGetLine(gif_.get(), indices_.get(), width) == GIF_ERROR) return failed();
  const ColorMapObject& colors = gif_->Image.ColorMap ? *gif_->Image.ColorMap : *gif_->SColorMap;
  for (std::size_t x = 0; x < frame.region.width; ++x) {
    const int index = indices_[x];
    std::uint8_t* const pixel = rgba.data() + x * 4;
    if (index == frame.transparent || index >= colors.ColorCount) {
      std::fill_n(pixel, 4, std::uint8_t{0});  // no such colour is taken as transparent, too
      continue;
    }
    const GifColorType& color = colors.Colors[index];
    pixel[0] = color.Red;
    pixel[1] = color.Green;
    pixel[2] = color.Blue;
    pixel[3] = 255;
  }
  return {};
}

int GifReader::read(GifFileType* gif, GifByteType* out, int count) {
  GifReader& reader = *static_cast<GifReader*>(gif->UserData);
  int done = 0;
  while (done < count) {
    if (reader.buffered_.empty()) {
      const std::size_t got = reader.source_->read_at(reader.offset_, reader.buffer_);
      if (got == 0) break;
      reader.offset_ += got;
      reader.buffered_ = ByteView(reader.buffer_).first(got);
    }
    const std::size_t part =
        std::min(reader.buffered_.size(), static_cast<std::size_t>(count - done));
    std::copy_n(reader.buffered_.data(), part, out + done);
    reader.buffered_ = reader.buffered_.subspan(part);
    done += static_cast<int>(part);
  }
  return done;
}

}  // namespace p3a
