#include "sender/frame_encoder.h"

#include <algorithm>
#include <array>

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
// More than pixel art takes: then it is looked whether a part of the picture is rich.
constexpr std::size_t kHeavyPart = 6U << 10;
// So many tiles that have rested are made exact beside what has changed.
constexpr std::uint32_t kExactTiles = 48;
constexpr std::size_t kExactTileBytes = 1000;  // at most, with its share of a file's head
constexpr std::uint32_t kFirstPause = 60, kLongestPause = 1920;

constexpr std::string_view kSmaller = "smaller than P3X";
constexpr std::uint32_t kFirstPngTurns = 4, kMostPngTurns = 64;

p3x::RgbPicture rows_of(const Pixels& rgb) { return {rgb.data, rgb.size, rgb.stride}; }
Pixels pixels_of(const p3x::RgbPicture& rows) {
  return {rows.pixels, rows.size, rows.stride, InputFormat::kRgb888};
}

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
  if (wants_p3x()) {
    auto frame = encode_p3x(pixels, options_.max_error, panel_.limits.of(FrameFormat::kPixelArt));
    if (frame) frame->exact = options_.max_error == 0;
    return frame;
  }
  const bool ours = options_.encoding == Encoding::kAuto;
  p3x_refusal_ = "the display does not take P3X";
  if (panel_.p3x && ours) {
    auto frame = try_p3x(pixels, quality);
    if (frame) return frame;
  }
  auto frame = encode_other(pixels, quality);
  if (!frame) return frame;
  frame->reason = ours ? p3x_refusal_ : "asked for";
  const bool told = panel_.size.pixels() != 0;  // else it may not take what it did not deny
  frame->exact = !(ours && told && frame->format == FrameFormat::kJpeg &&
                   (panel_.p3x || panel_.takes(FrameFormat::kPng)));
  return frame;
}

// The fast PNG: a picture that begins to move again does not wait long for it.
Result<EncodedFrame> FrameEncoder::encode_exact(const Pixels& pixels, const PanelFacts& panel,
                                                std::size_t limit) {
  panel_ = panel;
  if (!panel_.takes(FrameFormat::kPng)) return encode_p3x(pixels, 0, limit);
  const auto picture = fitted(pixels, FrameFormat::kPng);
  if (!picture) return std::unexpected(picture.error());
  if (!wants_p3x() && takes_mixed())
    if (auto frame = encode_mixed_exact(*picture, limit)) return frame;
  return encode_png(*picture, PngEffort::kFast, limit, "the picture rests");
}

// An error that is bounded is P3X's or none.
bool FrameEncoder::wants_p3x() const {
  return options_.encoding == Encoding::kP3x ||
         (options_.encoding == Encoding::kAuto && options_.max_error > 0);
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
  const auto picture = fitted(pixels, *format);
  if (!picture) return std::unexpected(picture.error());
  if (*format == FrameFormat::kJpeg) return encode_jpeg(*picture, quality);
  const auto payload =
      *format == FrameFormat::kPng
          ? images_.encode_png(*picture, PngEffort::kFast)
          : Result<ByteView>(ByteView(picture->data, picture->stride * picture->size.height));
  if (!payload) return std::unexpected(payload.error());
  if (payload->size() > panel_.limits.of(*format)) {
    return too_large(payload->size(), panel_.limits.of(*format));
  }
  return EncodedFrame{.format = *format, .payload = *payload};
}

// Where the choice is ours: not for photographs, and rarely again after it was the worse choice.
bool FrameEncoder::p3x_is_due(const p3x::RgbPicture& art) {
  p3x_refusal_ = "photograph or smooth colours";
  if (P3xEncoder::looks_rich(art)) return false;
  p3x_refusal_ = "P3X was too large lately, tried again soon";
  if (p3x_pause_ == 0) return true;
  --p3x_pause_;
  return false;
}

bool FrameEncoder::takes_mixed() const {
  return panel_.p3x && panel_.size.pixels() != 0 && panel_.takes(FrameFormat::kMixed);
}

// P3X, or where a part of the picture is rich, P3X and JPEG.
Result<EncodedFrame> FrameEncoder::try_p3x(const Pixels& pixels, int quality) {
  const auto art = fitted_art(pixels);
  if (!art) return std::unexpected(art.error());
  const bool mixed = takes_mixed();
  if (!mixed) rich_.close();
  const auto opened = [&](bool wanted) { return wanted && rich_.take(art_.whole()); };
  if (rich_.take(rich_.open() ? art_.whole() : Pixels{}))
    return encode_mixed(art_.whole(), quality);
  if (!p3x_is_due(*art)) {
    if (mixed && p3x_pause_ == 0 && opened(rich_.on_rich_picture(art_.whole())))
      return encode_mixed(art_.whole(), quality);
    return fail(ErrorCode::kUnsupportedFeature, "The content is better sent as JPEG.");
  }
  const std::size_t room =
      std::min<std::size_t>(panel_.limits.of(FrameFormat::kPixelArt), kMostP3x);
  if (auto png = png_in_turn(*art, room)) return *png;
  const auto payload = p3x_.encode(*art, *panel_.p3x, room);
  if (!payload && mixed && opened(rich_.on_too_large(art_.whole())))
    return encode_mixed(art_.whole(), quality);
  note_weight(payload);
  if (!payload) return std::unexpected(payload.error());
  if (mixed && payload->size() > kHeavyPart) rich_.on_heavy(art_.whole());
  if (auto png = smaller_png(*art, payload, room)) return *png;
  return EncodedFrame{.format = FrameFormat::kPixelArt, .payload = *payload, .reason = "pixel art"};
}

// When P3X has been the worse choice a few times, it is left alone for a while.
void FrameEncoder::note_weight(const Result<ByteView>& payload) {
  p3x_heavy_ = payload && payload->size() <= kHeavyP3x ? 0 : p3x_heavy_ + 1;
  if (!payload || p3x_heavy_ >= kHeavyFrames) {
    p3x_next_pause_ = std::clamp(p3x_next_pause_ * 2, kFirstPause, kLongestPause);
    p3x_pause_ = p3x_next_pause_;
    p3x_heavy_ = 0;
  } else if (p3x_heavy_ == 0) {
    p3x_next_pause_ = 0;
  }
}

Result<EncodedFrame> FrameEncoder::give_up_mixed(const Error& error) {
  rich_.close();
  p3x_.request_key();
  return std::unexpected(error);
}

Result<EncodedFrame> FrameEncoder::encode_mixed(const Pixels& rgb, int quality) {
  const std::size_t allowed = panel_.limits.of(FrameFormat::kMixed);
  const auto art =
      p3x_.encode(rows_of(rgb), *panel_.p3x, std::min(allowed, kMostP3x), rich_.windows());
  note_weight(art);
  if (!art) return give_up_mixed(art.error());
  mixed_.begin(*art);
  for (const TileBox& box : rich_.changed()) {
    const auto exact =
        mixed_.add_jpeg(rgb, rich_.grid().pixels_of(box), quality, options_.full_chroma);
    if (!exact) return give_up_mixed(exact.error());
    rich_.sent(box, *exact);
  }
  for (const TileBox& box : rich_.inexact(false, kExactTiles)) {
    if (const auto added = mixed_.add_png(rgb, rich_.grid().pixels_of(box)); !added)
      return give_up_mixed(added.error());
    rich_.sent(box, true);
  }
  const bool heavy = art->size() > kHeavyPart;
  auto frame = finish_mixed(allowed);
  if (!frame) return give_up_mixed(frame.error());
  frame->quality = quality;
  frame->reason = "pixel art with rich parts";
  if (heavy) rich_.on_heavy(rgb);  // for the next picture
  return frame;
}

// The picture that was sent last, as far as `limit` goes.
Result<EncodedFrame> FrameEncoder::encode_mixed_exact(const Pixels& rgb, std::size_t limit) {
  const bool was_open = rich_.open();
  if ((!was_open && !rich_.open_all(rgb)) || !rich_.take(rgb))
    return fail(ErrorCode::kUnsupportedFeature, "No part of the picture is rich.");
  const auto art = p3x_.encode(rows_of(rgb), *panel_.p3x, limit, rich_.windows());
  if (!art) return give_up_mixed(art.error());
  mixed_.begin(*art);
  const auto make_exact = [&](const std::vector<TileBox>& boxes) -> Status {
    for (const TileBox& box : boxes) {
      if (const auto added = mixed_.add_png(rgb, rich_.grid().pixels_of(box)); !added) return added;
      rich_.sent(box, true);
    }
    return {};
  };
  const auto tiles = static_cast<std::uint32_t>(limit / kExactTileBytes);
  auto added = make_exact(rich_.changed());
  if (added) added = make_exact(rich_.inexact(true, tiles));
  if (!added) return give_up_mixed(added.error());
  auto frame = finish_mixed(limit);
  if (!frame && !was_open) return give_up_mixed(frame.error());
  if (frame)
    frame->reason = "the picture rests";
  else
    request_key();  // what was encoded is not sent; the windows stay
  return frame;
}

Result<EncodedFrame> FrameEncoder::finish_mixed(std::size_t limit) {
  const ByteView payload = mixed_.finish(rich_.windows());
  const std::size_t room = std::min<std::size_t>(limit, panel_.limits.of(FrameFormat::kMixed));
  if (payload.size() > room) return too_large(payload.size(), static_cast<std::uint32_t>(room));
  return EncodedFrame{.format = FrameFormat::kMixed, .payload = payload, .exact = rich_.exact()};
}

// P3X, or a PNG where that is smaller.
Result<EncodedFrame> FrameEncoder::encode_p3x(const Pixels& pixels, int max_error,
                                              std::size_t limit) {
  if (!panel_.p3x)
    return fail(ErrorCode::kUnsupportedFeature, "The display does not take P3X: choose auto.");
  const auto fitting = fitted_art(pixels);
  if (!fitting) return std::unexpected(fitting.error());
  const p3x::RgbPicture art = coarsened(*fitting, max_error);
  if (auto png = png_in_turn(art, limit)) return *png;
  const std::size_t room = std::min<std::size_t>(limit, panel_.limits.of(FrameFormat::kPixelArt));
  const auto payload = p3x_.encode(art, *panel_.p3x, room);
  if (auto png = smaller_png(art, payload, limit)) return *png;
  if (!payload) return std::unexpected(payload.error());
  return EncodedFrame{.format = FrameFormat::kPixelArt, .payload = *payload, .reason = "asked for"};
}

// A PNG, for some frames after one was smaller than P3X, unless they become much smaller.
std::optional<EncodedFrame> FrameEncoder::png_in_turn(const p3x::RgbPicture& art,
                                                      std::size_t limit) {
  if (png_turns_ == 0 || !panel_.takes(FrameFormat::kPng)) return std::nullopt;
  --png_turns_;
  const auto frame = encode_png(whole(art), PngEffort::kSmall, limit, kSmaller);
  if (!frame || frame->payload.size() * 2 < png_bytes_) png_turns_ = 0;
  return frame ? std::optional(*frame) : std::nullopt;
}

// The PNG of a picture that took as P3X more than 1.02 times its bytes, or was no P3X at all.
std::optional<EncodedFrame> FrameEncoder::smaller_png(const p3x::RgbPicture& art,
                                                      const Result<ByteView>& p3x,
                                                      std::size_t limit) {
  if (!panel_.takes(FrameFormat::kPng)) return std::nullopt;
  const std::size_t most = p3x ? p3x->size() * 50 / 51 : limit;
  std::optional<EncodedFrame> png;
  if (most >= smallest_png(art.size)) {
    const Pixels rgb = whole(art);
    if (!p3x || !images_.png_takes_more(rgb, most))
      if (auto frame = encode_png(rgb, PngEffort::kSmall, most, kSmaller)) png = *frame;
  }
  if (!png) {
    if (p3x) next_png_turns_ = 0;
    return png;
  }
  request_key();  // what was encoded is not sent
  png_bytes_ = png->payload.size();
  png_turns_ = next_png_turns_ = std::clamp(next_png_turns_ * 2, kFirstPngTurns, kMostPngTurns);
  return png;
}

// What fitted_art() or coarsened() made, with every row in its place.
Pixels FrameEncoder::whole(const p3x::RgbPicture& art) {
  return art.row_of ? art_.whole() : pixels_of(art);
}

Result<EncodedFrame> FrameEncoder::encode_png(const Pixels& rgb, PngEffort effort,
                                              std::size_t limit, std::string_view reason) {
  const auto payload = images_.encode_png(rgb, effort);
  if (!payload) return std::unexpected(payload.error());
  const std::size_t room = std::min<std::size_t>(limit, panel_.limits.of(FrameFormat::kPng));
  if (payload->size() > room) return too_large(payload->size(), static_cast<std::uint32_t>(room));
  return EncodedFrame{.format = FrameFormat::kPng, .payload = *payload, .reason = reason};
}

// Every channel to the nearest multiple of 2 * max_error + 1, so that far fewer colours are left.
p3x::RgbPicture FrameEncoder::coarsened(const p3x::RgbPicture& art, int max_error) {
  if (max_error == 0) return art;
  std::array<std::uint8_t, 256> nearest;
  const int step = 2 * max_error + 1;
  for (int i = 0; i < 256; ++i)
    nearest[static_cast<std::size_t>(i)] =
        static_cast<std::uint8_t>(std::min(255, (i + max_error) / step * step));
  const std::size_t row_bytes = std::size_t{art.size.width} * 3;
  coarse_.resize(row_bytes * art.size.height);
  for (std::uint32_t y = 0; y < art.size.height; ++y)
    std::transform(art.row(y), art.row(y) + row_bytes, coarse_.data() + y * row_bytes,
                   [&](std::uint8_t value) { return nearest[value]; });
  return {coarse_.data(), art.size, row_bytes};
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

Result<p3x::RgbPicture> FrameEncoder::fitted_art(const Pixels& pixels) {
  if (target_for(pixels.size, FrameFormat::kPixelArt) == pixels.size && !options_.flip_x)
    return art_.take(pixels);
  const auto composed = fitted(pixels, FrameFormat::kPixelArt);
  if (!composed) return std::unexpected(composed.error());
  return art_.take(*composed);
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
