#include "ports/decode/gif_picture.h"

#include <algorithm>
#include <optional>

#include "ports/decode/gif_reader.h"

namespace p3a {
namespace {

// The rows of an interlaced frame come in four passes (GIF89a, appendix E).
struct Pass {
  std::uint32_t first;
  std::uint32_t step;
};
constexpr Pass kPasses[] = {{0, 8}, {4, 8}, {2, 4}, {1, 2}};
constexpr Pass kInOrder[] = {{0, 1}};

class GifPicture final : public Picture {
 public:
  GifPicture(std::unique_ptr<ReadableFile> file, const ImageInfo& info, const ImageLimits& limits)
      : file_(std::move(file)), info_(info), limits_(limits), reader_(*file_, limits) {}

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
    if (given_++ == limits_.max_frames) {
      return fail(ErrorCode::kDecodeLimit, "The GIF has more than ", limits_.max_frames,
                  " frames. Shorten it and send it again.");
    }
    const GifFrame frame = *upcoming_;
    if (const Status drawn = draw(frame); !drawn) return std::unexpected(drawn.error());
    const auto following = reader_.next();
    if (!following) return std::unexpected(following.error());
    upcoming_ = *following;
    if (const Status composed = canvas_.compose(view, canvas); !composed) {
      return std::unexpected(composed.error());
    }
    if (first) info_.animated = upcoming_.has_value();
    const Micros delay = info_.animated ? frame_delay(frame.delay) : Micros{};
    return DecodedFrame{.delay = delay, .last = !upcoming_};
  }

  Status start() {
    given_ = 0;
    if (const Status rewound = reader_.rewind(); !rewound) return rewound;
    const auto frame = reader_.next();
    if (!frame) return std::unexpected(frame.error());
    if (!*frame) {
      return fail(ErrorCode::kDecodeFailed, "The GIF has no picture in it. Export it again.");
    }
    upcoming_ = *frame;
    return canvas_.clear(info_.size);
  }

  Status draw(const GifFrame& frame) {
    // GIF offsets are not negative; a frame may reach beyond the canvas, or lie there wholly.
    Rect shown = frame.region;
    const auto left = static_cast<std::uint32_t>(shown.x);
    const auto top = static_cast<std::uint32_t>(shown.y);
    shown.width = std::min(shown.width, info_.size.width - std::min(left, info_.size.width));
    shown.height = std::min(shown.height, info_.size.height - std::min(top, info_.size.height));
    if (shown.empty()) shown = {};
    if (const Status begun = canvas_.begin_frame(shown, frame.dispose); !begun) return begun;
    const std::size_t row_bytes = std::size_t{frame.region.width} * 4;
    if (const Status taken = row_.reserve(row_bytes); !taken) return taken;
    const auto passes =
        frame.interlaced ? std::span<const Pass>(kPasses) : std::span<const Pass>(kInOrder);
    for (const Pass& pass : passes) {
      for (std::uint32_t y = pass.first; y < frame.region.height; y += pass.step) {
        const ByteSpan row(row_.data(), row_bytes);
        if (const Status read = reader_.read_row(frame, row); !read) return read;
        if (y < shown.height) canvas_.put_row(y, row, Blend::kOver);
      }
    }
    return {};
  }

  std::unique_ptr<ReadableFile> file_;
  ImageInfo info_;
  ImageLimits limits_;
  GifReader reader_;
  std::optional<GifFrame> upcoming_;
  std::uint32_t given_ = 0;
  AnimationCanvas canvas_;
  PixelBuffer row_;
};

}  // namespace

std::unique_ptr<Picture> open_gif(std::unique_ptr<ReadableFile> file, const ImageInfo& info,
                                  const ImageLimits& limits) {
  return std::make_unique<GifPicture>(std::move(file), info, limits);
}

}  // namespace p3a
