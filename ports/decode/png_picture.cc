#include "ports/decode/png_picture.h"

#include <optional>

#include "ports/decode/animation_canvas.h"
#include "ports/decode/png_reader.h"

namespace p3a {
namespace {

class PngStill final : public Picture {
 public:
  PngStill(std::unique_ptr<ReadableFile> file, const ImageInfo& info, const PngLayout& layout)
      : file_(std::move(file)), info_(info), layout_(layout) {
    info_.animated = false;
  }

  const ImageInfo& info() const override { return info_; }

  Result<DecodedFrame> next(const View& view, const Canvas& canvas) override {
    if (const Status decoded = decode(view, canvas); !decoded) {
      return std::unexpected(decoded.error());
    }
    return DecodedFrame{.delay = {}, .last = true};
  }

 private:
  Status decode(const View& view, const Canvas& canvas) {
    const RowFormat format = layout_.transparent ? RowFormat::kRgba8888 : RowFormat::kRgb888;
    PngReader reader(*file_, layout_);
    if (const Status begun = reader.begin(info_.size, layout_.first_data, format); !begun) {
      return begun;
    }
    const PictureShape shape{.rows = info_.size, .original = info_.size, .format = format};
    auto compositor = start_composing(canvas, view, shape, scratch_);
    if (!compositor) return std::unexpected(compositor.error());
    const std::size_t row_bytes = info_.size.width * row_pixel_bytes(format);
    if (const Status taken = row_.reserve(row_bytes); !taken) return taken;
    for (std::uint32_t y = 0; y < info_.size.height; ++y) {
      const ByteSpan direct = compositor->direct_row(y);
      const ByteSpan row = direct.empty() ? ByteSpan(row_.data(), row_bytes) : direct;
      if (const Status read = reader.read_row(row); !read) return read;
      if (direct.empty()) compositor->push_row(row);
    }
    return reader.finish();
  }

  std::unique_ptr<ReadableFile> file_;
  ImageInfo info_;
  PngLayout layout_;
  PixelBuffer scratch_;
  PixelBuffer row_;
};

Dispose to_dispose(ApngDispose dispose) {
  switch (dispose) {
    case ApngDispose::kNone:
      return Dispose::kKeep;
    case ApngDispose::kBackground:
      return Dispose::kBackground;
    case ApngDispose::kPrevious:
      return Dispose::kPrevious;
  }
  return Dispose::kKeep;
}

class ApngPicture final : public Picture {
 public:
  ApngPicture(std::unique_ptr<ReadableFile> file, const ImageInfo& info, const PngLayout& layout)
      : file_(std::move(file)),
        info_(info),
        walker_(*file_, layout.header),
        reader_(*file_, layout) {}

  const ImageInfo& info() const override { return info_; }

  Result<DecodedFrame> next(const View& view, const Canvas& canvas) override {
    auto frame = next_frame(view, canvas);
    if (!frame) upcoming_.reset();  // the canvas is half drawn: begin anew
    return frame;
  }

 private:
  Result<DecodedFrame> next_frame(const View& view, const Canvas& canvas) {
    const bool first = !upcoming_;
    if (first) {
      if (const Status started = start(); !started) return std::unexpected(started.error());
    }
    const ApngFrame frame = *upcoming_;
    if (const Status drawn = draw(frame); !drawn) return std::unexpected(drawn.error());
    const auto following = walker_.next();
    if (!following) return std::unexpected(following.error());
    upcoming_ = *following;
    if (const Status composed = canvas_.compose(view, canvas); !composed) {
      return std::unexpected(composed.error());
    }
    if (first) info_.animated = upcoming_.has_value();
    const Micros delay = info_.animated ? frame_delay(Micros(frame.delay_us)) : Micros{};
    return DecodedFrame{.delay = delay, .last = !upcoming_};
  }

  Status start() {
    walker_.rewind();
    const auto frame = walker_.next();
    if (!frame) return std::unexpected(frame.error());
    if (!*frame) {
      return fail(ErrorCode::kDecodeFailed, "The animated PNG has no frames. Export it again.");
    }
    upcoming_ = *frame;
    return canvas_.clear(info_.size);
  }

  Status draw(const ApngFrame& frame) {
    const Size size = frame.region.size();
    Status done = reader_.begin(size, frame.first_chunk, RowFormat::kRgba8888);
    if (!done) return done;
    done = canvas_.begin_frame(frame.region, to_dispose(frame.dispose));
    if (!done) return done;
    const std::size_t row_bytes = std::size_t{size.width} * 4;
    if (done = row_.reserve(row_bytes); !done) return done;
    const Blend blend = frame.blend == ApngBlend::kOver ? Blend::kOver : Blend::kSource;
    for (std::uint32_t y = 0; y < size.height; ++y) {
      if (done = reader_.read_row({row_.data(), row_bytes}); !done) return done;
      canvas_.put_row(y, {row_.data(), row_bytes}, blend);
    }
    return reader_.finish();
  }

  std::unique_ptr<ReadableFile> file_;
  ImageInfo info_;
  ApngWalker walker_;
  PngReader reader_;
  std::optional<ApngFrame> upcoming_;
  AnimationCanvas canvas_;
  PixelBuffer row_;
};

}  // namespace

Result<std::unique_ptr<Picture>> open_png(std::unique_ptr<ReadableFile> file, const ImageInfo& info,
                                          const ImageLimits& limits) {
  const auto layout = read_png_layout(*file, limits);
  if (!layout) return std::unexpected(layout.error());
  const bool plain = layout->header.frames == 1 && layout->header.first_is_frame;
  if (plain) return std::make_unique<PngStill>(std::move(file), info, *layout);
  return std::make_unique<ApngPicture>(std::move(file), info, *layout);
}

}  // namespace p3a
