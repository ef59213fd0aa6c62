#include "core/compose/compositor.h"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <numeric>

namespace p3a {
namespace {

/// Hands out pieces of the scratch memory one after the other.
class Arena {
 public:
  Arena(ByteSpan memory, std::size_t alignment) : memory_(memory), alignment_(alignment) {}

  /// Plain numbers only: memory of bytes holds such objects without further ado.
  template <class T>
  T* take(std::size_t count) {
    const auto address = reinterpret_cast<std::uintptr_t>(memory_.data());
    const std::size_t skipped = (alignment_ - address % alignment_) % alignment_;
    assert(skipped + count * sizeof(T) <= memory_.size());  // scratch_bytes() was asked for
    T* const first = reinterpret_cast<T*>(memory_.data() + skipped);
    memory_ = memory_.subspan(skipped + count * sizeof(T));
    return first;
  }

 private:
  ByteSpan memory_;
  std::size_t alignment_;
};

/// A stretch of the original picture in the pixels of rows that a decoder has shrunk.
void shrink_stretch(std::uint32_t original, std::uint32_t actual, std::int32_t& start,
                    std::uint32_t& length) {
  if (original == actual) return;
  const auto scaled = [&](std::uint64_t at) {
    return static_cast<std::uint32_t>((at * actual + original / 2) / original);
  };
  const auto first = static_cast<std::uint32_t>(start);
  const std::uint32_t begin = std::min(scaled(first), actual - 1);
  const std::uint32_t end = std::max(scaled(std::uint64_t{first} + length), begin + 1);
  start = static_cast<std::int32_t>(begin);
  length = end - begin;
}

bool composable(Size size) {
  return size.width > 0 && size.height > 0 && size.width <= kMaxComposedSide &&
         size.height <= kMaxComposedSide;
}

}  // namespace

Compositor::Axis::Axis(std::uint32_t source_length, std::uint32_t target_length, Scaling scaling)
    : source(source_length), target(target_length) {
  const std::uint32_t divisor = std::gcd(source, target);
  from = source / divisor;
  to = target / divisor;
  if (target < source) {
    method = Method::kArea;
  } else if (target > source) {
    method = scaling == Scaling::kBilinear ? Method::kBilinear : Method::kNearest;
  }
}

rows::Tap Compositor::Axis::tap(std::uint32_t at) const {
  // In halves of a target pixel, so that centres are whole numbers.
  const std::uint64_t centre = (std::uint64_t{at} * 2 + 1) * source;
  const std::uint64_t unit = std::uint64_t{target} * 2;
  if (method != Method::kBilinear) return {.index = static_cast<std::uint32_t>(centre / unit)};
  if (centre <= target) return {};  // left of the first pixel's centre
  const std::uint64_t position = centre - target;
  const auto index = static_cast<std::uint32_t>(position / unit);
  if (index + 1 >= source) return {.index = source - 1};
  const std::uint64_t weight = ((position % unit) * rows::Tap::kOne + target) / unit;
  return {.index = index, .next = 1, .weight = static_cast<std::uint16_t>(weight)};
}

Result<Compositor> Compositor::begin(const Canvas& canvas, const View& view, Size picture,
                                     Size shape, RowFormat format, ByteSpan scratch) {
  if (!composable(picture) || !composable(shape) || !composable(canvas.size)) {
    return fail(ErrorCode::kInternal, "A picture or canvas has a side that is not 1 to ",
                kMaxComposedSide, " pixels long.");
  }
  Compositor made;
  made.canvas_ = TurnedCanvas(canvas, view.rotation);
  made.tone_ = view.tone;
  made.background_ = view.background;
  made.format_ = format;
  made.picture_ = picture;
  const Size upright = made.canvas_.size();
  if (scratch.size() < scratch_bytes(picture.width, upright.width)) {
    return fail(ErrorCode::kInternal, "Composing a picture ", picture.width, " pixels wide takes ",
                scratch_bytes(picture.width, upright.width), " bytes of scratch memory, not ",
                scratch.size(), ".");
  }
  Placement placed = place(shape, upright, view.fit);
  shrink_stretch(shape.width, picture.width, placed.crop.x, placed.crop.width);
  shrink_stretch(shape.height, picture.height, placed.crop.y, placed.crop.height);
  made.target_ = placed.target;
  made.crop_ = placed.crop;
  made.across_ = Axis(made.crop_.width, made.target_.width, view.scaling);
  made.down_ = Axis(made.crop_.height, made.target_.height, view.scaling);
  made.mean_down_ = rows::Mean(made.down_.from);
  const bool averages_down = made.down_.method == Axis::Method::kArea;
  made.mean_ = rows::Mean(std::uint64_t{made.across_.from} * (averages_down ? made.down_.from : 1));
  const bool like_canvas =
      format == (canvas.format == PixelFormat::kRgb888 ? RowFormat::kRgb888 : RowFormat::kRgb565);
  made.as_words_ =
      canvas.format == PixelFormat::kRgb565 && made.across_.picks() && made.down_.picks();
  made.lay_out(scratch);
  if (like_canvas && view.rotation == Rotation::k0 && view.tone.identity &&
      made.crop_.size() == picture && made.target_.size() == picture) {
    made.direct_ = canvas.row(static_cast<std::uint32_t>(made.target_.y)) +
                   static_cast<std::size_t>(made.target_.x) * bytes_per_pixel(format);
    made.direct_stride_ = canvas.stride;
  }
  made.fill_border();
  return made;
}

void Compositor::lay_out(ByteSpan scratch) {
  const std::size_t crop_bytes = std::size_t{crop_.width} * 3;
  const std::size_t target_bytes = std::size_t{target_.width} * 3;
  Arena arena(scratch, kAlignment);
  sums_ = arena.take<std::uint32_t>(crop_bytes);
  taps_ = arena.take<rows::Tap>(target_.width);
  source_row_ = arena.take<std::uint8_t>(crop_bytes + 1);  // over_background() wants one more
  mean_row_ = arena.take<std::uint8_t>(crop_bytes);
  for (auto& row : scaled_rows_) row = arena.take<std::uint8_t>(target_bytes);
  out_row_ = arena.take<std::uint8_t>(target_bytes);
  word_row_ = arena.take<std::uint8_t>(std::size_t{target_.width} * 2);
  codes_ = arena.take<rows::Rgb565Codes>(1);
  const bool kept = as_words_ && format_ == RowFormat::kRgb565 && tone_.identity;
  if (canvas_.format() == PixelFormat::kRgb565 && !kept) *codes_ = rows::make_rgb565_codes(tone_);
  if (across_.method == Axis::Method::kNearest || across_.method == Axis::Method::kBilinear) {
    for (std::uint32_t x = 0; x < target_.width; ++x) taps_[x] = across_.tap(x);
  }
}

void Compositor::fill_border() const {
  const Rgb color = through(tone_, background_);
  const Size all = canvas_.size();
  const auto left = static_cast<std::uint32_t>(target_.x);
  const auto top = static_cast<std::uint32_t>(target_.y);
  const std::uint32_t right = left + target_.width;
  const std::uint32_t bottom = top + target_.height;
  canvas_.fill_rect({0, 0, all.width, top}, color);
  canvas_.fill_rect({0, static_cast<std::int32_t>(bottom), all.width, all.height - bottom}, color);
  canvas_.fill_rect({0, target_.y, left, target_.height}, color);
  canvas_.fill_rect(
      {static_cast<std::int32_t>(right), target_.y, all.width - right, target_.height}, color);
}

ByteSpan Compositor::direct_row(std::uint32_t y) const {
  if (direct_ == nullptr || y >= picture_.height) return {};
  return {direct_ + y * direct_stride_, picture_.width * bytes_per_pixel(format_)};
}

void Compositor::push_row(ByteView row) {
  const std::size_t pixel = bytes_per_pixel(format_);
  assert(row.size() >= picture_.width * pixel);
  const auto top = static_cast<std::uint32_t>(crop_.y);
  const std::uint32_t y = pushed_++;
  if (y < top || y - top >= crop_.height) return;
  const std::uint8_t* const pixels = row.data() + static_cast<std::size_t>(crop_.x) * pixel;
  const std::uint8_t* const rgb = as_words_ ? to_words(pixels) : to_rgb(pixels);
  switch (down_.method) {
    case Axis::Method::kArea:
      return push_averaged(rgb);
    case Axis::Method::kBilinear:
      return push_blended(rgb, y - top);
    case Axis::Method::kCopy:
      return emit(scale_across(rgb, scaled_rows_[0]), 1);
    case Axis::Method::kNearest:
      return push_repeated(rgb, y - top);
  }
}

const std::uint8_t* Compositor::to_rgb(const std::uint8_t* pixels) const {
  switch (format_) {
    case RowFormat::kRgb888:
      return pixels;
    case RowFormat::kRgba8888:
      rows::over_background(pixels, crop_.width, background_, source_row_);
      break;
    case RowFormat::kRgb565:
      rows::unpack_rgb565_row(pixels, crop_.width, source_row_);
      break;
  }
  return source_row_;
}

const std::uint8_t* Compositor::to_words(const std::uint8_t* pixels) const {
  std::uint8_t* const words = mean_row_;  // nothing is averaged here
  const std::size_t width = crop_.width;
  if (format_ != RowFormat::kRgb565) {
    rows::pack_rgb565_row(to_rgb(pixels), width, *codes_, words);
    return words;
  }
  if (reinterpret_cast<std::uintptr_t>(pixels) % 2 != 0) {  // a word wants an even address
    std::memcpy(source_row_, pixels, width * 2);
    pixels = source_row_;
  }
  if (tone_.identity) return pixels;
  rows::apply_tone_to_words(pixels, width, *codes_, words);
  return words;
}

const std::uint8_t* Compositor::scale_across(const std::uint8_t* pixels, std::uint8_t* out) const {
  switch (across_.method) {
    case Axis::Method::kCopy:
      return pixels;
    case Axis::Method::kNearest:
      (as_words_ ? rows::pick_words : rows::pick)(pixels, taps_, target_.width, out);
      break;
    case Axis::Method::kBilinear:
      rows::interpolate(pixels, taps_, target_.width, out);
      break;
    case Axis::Method::kArea:
      rows::average(pixels, across_.from, across_.to, mean_, target_.width, out);
      break;
  }
  return out;
}

void Compositor::push_repeated(const std::uint8_t* pixels, std::uint32_t y) {
  std::uint32_t end = emitted_;
  while (end < target_.height && down_.tap(end).index == y) ++end;
  emit(scale_across(pixels, scaled_rows_[0]), end - emitted_);
}

void Compositor::push_blended(const std::uint8_t* rgb, std::uint32_t y) {
  std::uint8_t* const mine = scaled_rows_[y & 1];
  if (scale_across(rgb, mine) != mine) std::memcpy(mine, rgb, std::size_t{target_.width} * 3);
  while (emitted_ < target_.height) {
    const rows::Tap tap = down_.tap(emitted_);
    if (tap.index + tap.next > y) return;
    const std::uint8_t* const above = scaled_rows_[tap.index & 1];
    const std::uint8_t* const below = scaled_rows_[(tap.index + tap.next) & 1];
    rows::blend(above, below, tap.weight, target_.width, out_row_);
    emit(out_row_, 1);
  }
}

void Compositor::push_averaged(const std::uint8_t* rgb) {
  // A row is down_.to parts high, a target row takes down_.from of them: one row feeds at most two.
  std::uint32_t left = down_.to;
  while (left > 0) {
    const std::uint32_t part = std::min(left, down_.from - covered_);
    rows::accumulate(rgb, crop_.width, static_cast<std::uint16_t>(part), covered_ == 0, sums_);
    left -= part;
    covered_ += part;
    if (covered_ < down_.from) continue;
    covered_ = 0;
    emit_average();
  }
}

void Compositor::emit_average() {
  if (across_.method == Axis::Method::kArea) {
    rows::average(sums_, across_.from, across_.to, mean_, target_.width, out_row_);
    return emit(out_row_, 1);
  }
  rows::divide(sums_, crop_.width, mean_down_, mean_row_);
  emit(scale_across(mean_row_, scaled_rows_[0]), 1);
}

const std::uint8_t* Compositor::for_the_canvas(const std::uint8_t* rgb) const {
  if (canvas_.format() == PixelFormat::kRgb565) {
    rows::pack_rgb565_row(rgb, target_.width, *codes_, word_row_);
    return word_row_;
  }
  if (tone_.identity) return rgb;
  rows::apply_tone(rgb, target_.width, tone_, out_row_);
  return out_row_;
}

void Compositor::emit(const std::uint8_t* pixels, std::uint32_t count) {
  canvas_.write_pixels(static_cast<std::uint32_t>(target_.x),
                       static_cast<std::uint32_t>(target_.y) + emitted_, count,
                       as_words_ ? pixels : for_the_canvas(pixels), target_.width);
  emitted_ += count;
}

}  // namespace p3a
