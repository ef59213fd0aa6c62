#include "ports/decode/webp_picture.h"

#include <webp/decode.h>
#include <webp/demux.h>

#include "ports/decode/animation_canvas.h"

namespace p3a {
namespace {

// Above every upload that is taken; a file that lies about its size costs no memory.
constexpr std::uint64_t kMaxFileBytes = 16 * 1024 * 1024;

Status damaged() {
  return fail(ErrorCode::kDecodeFailed,
              "The WebP is damaged or cut off. Export it again and send it again.");
}

class WebpPicture final : public Picture {
 public:
  WebpPicture(std::unique_ptr<ReadableFile> file, const ImageInfo& info, const ImageLimits& limits)
      : file_(std::move(file)), info_(info), limits_(limits) {}

  const ImageInfo& info() const override { return info_; }

  Result<DecodedFrame> next(const View& view, const Canvas& canvas) override {
    if (animation_) return next_frame(view, canvas);
    if (const Status read = read_file(); !read) return std::unexpected(read.error());
    WebPBitstreamFeatures features;
    if (WebPGetFeatures(bytes_.data(), byte_count_, &features) != VP8_STATUS_OK ||
        Size{static_cast<std::uint32_t>(features.width),
             static_cast<std::uint32_t>(features.height)} != info_.size) {
      return std::unexpected(damaged().error());
    }
    if (features.has_animation) {
      if (const Status opened = open_animation(); !opened) {
        return std::unexpected(opened.error());
      }
      return next_frame(view, canvas);
    }
    const Status decoded = decode_still(features.has_alpha != 0, view, canvas);
    bytes_ = {};
    pixels_ = {};
    if (!decoded) return std::unexpected(decoded.error());
    return DecodedFrame{.delay = {}, .last = true};
  }

 private:
  struct DeleteAnimation {
    void operator()(WebPAnimDecoder* decoder) const { WebPAnimDecoderDelete(decoder); }
  };

  Status read_file() {
    const std::uint64_t size = file_->size();
    if (size > kMaxFileBytes) {
      return fail(ErrorCode::kDecodeLimit, "The WebP file is larger than ",
                  kMaxFileBytes / 1024 / 1024, " MiB. Send a smaller one.");
    }
    byte_count_ = static_cast<std::size_t>(size);
    if (const Status taken = bytes_.reserve(byte_count_); !taken) return taken;
    return file_->read_at(0, {bytes_.data(), byte_count_}) == byte_count_ ? Status{} : damaged();
  }

  Status decode_still(bool alpha, const View& view, const Canvas& canvas) {
    const PictureShape shape{.rows = info_.size,
                             .original = info_.size,
                             .format = alpha ? RowFormat::kRgba8888 : RowFormat::kRgb888};
    const std::size_t stride = info_.size.width * row_pixel_bytes(shape.format);
    const std::size_t size = stride * info_.size.height;
    if (const Status taken = pixels_.reserve(size); !taken) return taken;
    const auto decode = alpha ? WebPDecodeRGBAInto : WebPDecodeRGBInto;
    if (!decode(bytes_.data(), byte_count_, pixels_.data(), size, static_cast<int>(stride))) {
      return damaged();
    }
    return compose_whole(canvas, view, shape, pixels_.data(), scratch_);
  }

  Status open_animation() {
    WebPAnimDecoderOptions options;
    if (!WebPAnimDecoderOptionsInit(&options)) {
      return fail(ErrorCode::kInternal, "The installed libwebp is older than this program.");
    }
    options.color_mode = MODE_RGBA;
    options.use_threads = 0;
    const WebPData data{bytes_.data(), byte_count_};
    std::unique_ptr<WebPAnimDecoder, DeleteAnimation> animation(
        WebPAnimDecoderNew(&data, &options));
    WebPAnimInfo about;
    if (!animation || !WebPAnimDecoderGetInfo(animation.get(), &about) || about.frame_count == 0) {
      return damaged();
    }
    if (about.frame_count > limits_.max_frames) {
      return fail(ErrorCode::kDecodeLimit, "The WebP has ", about.frame_count, " frames; at most ",
                  limits_.max_frames, " are played.");
    }
    info_.animated = about.frame_count > 1;
    animation_ = std::move(animation);
    return {};
  }

  Result<DecodedFrame> next_frame(const View& view, const Canvas& canvas) {
    if (!WebPAnimDecoderHasMoreFrames(animation_.get())) restart();
    std::uint8_t* pixels = nullptr;  // the library's, until the next frame
    int shown_until = 0;             // milliseconds since the animation's start
    if (!WebPAnimDecoderGetNext(animation_.get(), &pixels, &shown_until)) {
      restart();
      return std::unexpected(damaged().error());
    }
    const PictureShape shape{
        .rows = info_.size, .original = info_.size, .format = RowFormat::kRgba8888};
    const Status composed = compose_whole(canvas, view, shape, pixels, scratch_);
    if (!composed) return std::unexpected(composed.error());
    // 1,024 frames of 2^24 ms wrap around in the library: a negative step is read as none.
    const auto written = std::int64_t{shown_until} - shown_until_;
    shown_until_ = shown_until;
    const Micros delay = info_.animated ? frame_delay(written * 1ms) : Micros{};
    return DecodedFrame{.delay = delay, .last = !WebPAnimDecoderHasMoreFrames(animation_.get())};
  }

  void restart() {
    WebPAnimDecoderReset(animation_.get());
    shown_until_ = 0;
  }

  std::unique_ptr<ReadableFile> file_;
  ImageInfo info_;
  ImageLimits limits_;
  PixelBuffer bytes_;  // the file; an animation points into it
  std::size_t byte_count_ = 0;
  std::unique_ptr<WebPAnimDecoder, DeleteAnimation> animation_;
  int shown_until_ = 0;
  PixelBuffer pixels_;
  PixelBuffer scratch_;
};

}  // namespace

std::unique_ptr<Picture> open_webp(std::unique_ptr<ReadableFile> file, const ImageInfo& info,
                                   const ImageLimits& limits) {
  return std::make_unique<WebpPicture>(std::move(file), info, limits);
}

}  // namespace p3a
