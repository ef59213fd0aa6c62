#include "sender/frame_encoder.h"

#include <algorithm>

namespace p3a::sender {
namespace {

bool is_raw(FrameFormat format) { return raw_bytes_per_pixel(format) != 0; }

Rgb color(std::uint32_t rgb) {
  return {static_cast<std::uint8_t>(rgb >> 16), static_cast<std::uint8_t>(rgb >> 8),
          static_cast<std::uint8_t>(rgb)};
}

View view_of(const StreamOptions& options) {
  View view;
  view.fit = static_cast<Fit>(options.fit);
  view.scaling = options.smooth ? Scaling::kBilinear : Scaling::kNearest;
  view.background = color(options.background);
  return view;
}
static_assert(static_cast<int>(Fitting::kContain) == static_cast<int>(Fit::kContain) &&
              static_cast<int>(Fitting::kCover) == static_cast<int>(Fit::kCover) &&
              static_cast<int>(Fitting::kStretch) == static_cast<int>(Fit::kStretch) &&
              static_cast<int>(Fitting::kInteger) == static_cast<int>(Fit::kInteger));

// A P3X frame may be that large where the choice is ours, and as large as that now and then.
constexpr std::size_t kMostP3x = 256U << 10;
constexpr std::size_t kHeavyP3x = 48U << 10;
constexpr std::uint32_t kHeavyFrames = 3;
constexpr std::uint32_t kFirstPause = 60, kLongestPause = 1920;

std::unexpected<Error> too_large(std::size_t bytes, std::uint32_t limit) {
  return fail(ErrorCode::kFrameTooLarge, "The picture takes ", bytes,
              " bytes and the display takes at most ", limit,
              ": send JPEG, a lower quality or a smaller picture.");
}

}  // namespace

Result<FrameFormat> FrameEncoder::choose_format() const {
  if (options_.encoding == Encoding::kAuto) {
    for (const FrameFormat format :
         {FrameFormat::kJpeg, FrameFormat::kPng, FrameFormat::kRgb888, FrameFormat::kRgb565}) {
      if (panel_.takes(format)) return format;
    }
    return fail(ErrorCode::kUnsupportedFeature,
                "The display takes none of JPEG, PNG, RGB888 and RGB565: use a newer sender.");
  }
  constexpr FrameFormat kFormats[] = {FrameFormat::kJpeg,   FrameFormat::kJpeg,
                                      FrameFormat::kPng,    FrameFormat::kRgb888,
                                      FrameFormat::kRgb565, FrameFormat::kPixelArt};
  const FrameFormat format = kFormats[static_cast<std::size_t>(options_.encoding)];
  if (panel_.takes(format)) return format;
  return fail(ErrorCode::kUnsupportedFeature, "The display does not take ",
              frame_format_name(format), ": choose another encoding, or auto.");
}

Size FrameEncoder::target_for(Size picture, FrameFormat format) const {
  const bool known = panel_.size.pixels() != 0;
  if (known && is_raw(format)) return panel_.size;  // the wire wants exactly that
  if (options_.target_width != 0) return {options_.target_width, options_.target_height};
  return known && !options_.as_is ? panel_.size : picture;
}

Result<EncodedFrame> FrameEncoder::encode(const Pixels& pixels, int quality,
                                          const PanelFacts& panel) {
  panel_ = panel;
  if (panel.pico) {
    const auto rgb = compose(pixels, kPicoSize, PixelFormat::kRgb888);
    if (!rgb) return std::unexpected(rgb.error());
    return EncodedFrame{.payload = pico_.encode(*rgb)};
  }
  const bool ours = options_.encoding == Encoding::kAuto;
  p3x_refusal_ = "the display does not take P3X";
  if (panel_.p3x && ours) {
    auto frame = encode_p3x(pixels);
    if (frame) frame->reason = "pixel art";
    if (frame) return frame;
  }
  auto frame = encode_other(pixels, quality);
  if (frame) frame->reason = ours ? p3x_refusal_ : "asked for";
  return frame;
}

Result<EncodedFrame> FrameEncoder::encode_other(const Pixels& pixels, int quality) {
  const auto format = choose_format();
  if (!format) return std::unexpected(format.error());
  if (*format == FrameFormat::kRgb565) {
    const auto payload = compose(pixels, target_for(pixels.size, *format), PixelFormat::kRgb565);
    if (!payload) return std::unexpected(payload.error());
    if (payload->size() > panel_.limits.of(*format)) {
      return too_large(payload->size(), panel_.limits.of(*format));
    }
    return EncodedFrame{.format = *format, .payload = *payload};
  }
  if (*format == FrameFormat::kPixelArt) return encode_p3x(pixels);
  const auto picture = fitted(pixels, *format);
  if (!picture) return std::unexpected(picture.error());
  if (*format == FrameFormat::kJpeg) return encode_jpeg(*picture, quality);
  const auto payload =
      *format == FrameFormat::kPng
          ? images_.encode_png(*picture)
          : Result<ByteView>(ByteView(picture->data, picture->stride * picture->size.height));
  if (!payload) return std::unexpected(payload.error());
  if (payload->size() > panel_.limits.of(*format)) {
    return too_large(payload->size(), panel_.limits.of(*format));
  }
  return EncodedFrame{.format = *format, .payload = *payload};
}

// Where the choice is ours: not for photographs, and rarely again after it was the worse choice.
bool FrameEncoder::p3x_is_due(const Pixels& rgb) {
  if (options_.encoding != Encoding::kAuto) return true;
  p3x_refusal_ = "photograph or smooth colours";
  if (P3xEncoder::looks_rich(rgb)) return false;
  p3x_refusal_ = "P3X was too large lately, tried again soon";
  if (p3x_pause_ == 0) return true;
  --p3x_pause_;
  return false;
}

Result<EncodedFrame> FrameEncoder::encode_p3x(const Pixels& pixels) {
  if (!panel_.p3x)
    return fail(ErrorCode::kUnsupportedFeature, "The display does not take P3X: choose auto.");
  const auto picture = fitted(pixels, FrameFormat::kPixelArt);
  if (!picture) return std::unexpected(picture.error());
  if (!p3x_is_due(*picture))
    return fail(ErrorCode::kUnsupportedFeature, "The content is better sent as JPEG.");
  const std::size_t allowed = panel_.limits.of(FrameFormat::kPixelArt);
  const bool ours = options_.encoding == Encoding::kAuto;
  const auto payload =
      p3x_.encode(*picture, *panel_.p3x, ours ? std::min(allowed, kMostP3x) : allowed);
  p3x_heavy_ = payload && payload->size() <= kHeavyP3x ? 0 : p3x_heavy_ + 1;
  if (!payload || p3x_heavy_ >= kHeavyFrames) {
    p3x_next_pause_ = std::clamp(p3x_next_pause_ * 2, kFirstPause, kLongestPause);
    p3x_pause_ = p3x_next_pause_;
    p3x_heavy_ = 0;
  } else if (p3x_heavy_ == 0) {
    p3x_next_pause_ = 0;
  }
  if (!payload) return std::unexpected(payload.error());
  return EncodedFrame{.format = FrameFormat::kPixelArt, .payload = *payload};
}

Result<Pixels> FrameEncoder::fitted(const Pixels& pixels, FrameFormat format) {
  const Size target = target_for(pixels.size, format);
  const bool jpeg = format == FrameFormat::kJpeg;
  const bool rgb888 = pixels.format == InputFormat::kRgb888;
  const bool tight = pixels.stride == std::size_t{pixels.size.width} * 3;
  const bool encodable = jpeg ? pixels.format != InputFormat::kRgb565  // libjpeg swaps the colours
                              : rgb888 && tight;
  if (target == pixels.size && encodable && !options_.flip_x) return pixels;
  const auto composed = compose(pixels, target, PixelFormat::kRgb888);
  if (!composed) return std::unexpected(composed.error());
  return Pixels{composed->data(), target, std::size_t{target.width} * 3, InputFormat::kRgb888};
}

Result<ByteView> FrameEncoder::compose(const Pixels& pixels, Size target, PixelFormat format) {
  const std::size_t stride = target.width * bytes_per_pixel(format);
  canvas_.resize(stride * target.height);
  row_.resize(std::size_t{pixels.size.width} * 3);
  scratch_.resize(
      Compositor::scratch_bytes(pixels.size.width, std::max(target.width, target.height)));
  const Canvas canvas{canvas_.data(), target, stride, format};
  auto compositor = Compositor::begin(canvas, view_of(options_), pixels.size, pixels.size,
                                      RowFormat::kRgb888, scratch_);
  if (!compositor) return std::unexpected(compositor.error());
  for (std::uint32_t y = 0; y < pixels.size.height; ++y) {
    const ByteSpan direct = compositor->direct_row(y);
    to_rgb_row(pixels.row(y), pixels.format, pixels.size.width, options_.flip_x,
               direct.empty() ? row_.data() : direct.data());
    if (direct.empty()) compositor->push_row(row_);
  }
  return ByteView(canvas_);
}

Result<EncodedFrame> FrameEncoder::encode_jpeg(const Pixels& pixels, int quality) {
  const std::uint32_t limit = panel_.limits.of(FrameFormat::kJpeg);
  const int lowest = std::min(options_.min_quality, quality);
  quality = std::clamp(quality, lowest, std::max(lowest, quality_ceiling_));
  for (;;) {
    const auto file = images_.encode_jpeg(pixels, quality, options_.full_chroma);
    if (!file) return std::unexpected(file.error());
    if (file->size() <= limit) {
      if (file->size() < limit - limit / 8) {
        quality_ceiling_ = std::min(100, std::max(quality_ceiling_, quality) + 1);
      }
      return EncodedFrame{.format = FrameFormat::kJpeg, .payload = *file, .quality = quality};
    }
    if (quality == lowest) return too_large(file->size(), limit);
    quality = std::max(lowest, quality * 4 / 5);
    quality_ceiling_ = quality;
  }
}

}  // namespace p3a::sender
