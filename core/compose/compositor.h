// Puts one picture, handed in row by row, on a canvas: fitted, scaled, turned, alpha over the
// background, through the tone curve, into the panel's pixel format.
//
// Rows come top to bottom; only as much of the picture is held as scaling needs, in scratch memory
// that the caller lends (scratch_bytes). Enlarging repeats the nearest pixel, or blends linearly
// when asked to; shrinking always averages the area that a pixel covers. Integer enlarging by
// "nearest" is exact, and a picture of the canvas' size is copied bit for bit. For a canvas of
// RGB565 a row is packed before it is repeated, where no colours are to be mixed. When the last row
// has been pushed, every pixel of the canvas has been written. No heap, no errors after begin();
// one thread at a time; the canvas and the scratch must outlive it.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/base/bytes.h"
#include "core/base/error.h"
#include "core/compose/canvas.h"
#include "core/compose/placement.h"
#include "core/compose/row_ops.h"
#include "core/compose/turned_canvas.h"

namespace p3a {

/// The longest side that a picture or a canvas may have here.
inline constexpr std::uint32_t kMaxComposedSide = 65535;

/// The pixels of the rows: R,G,B or R,G,B,A (not premultiplied) or words as PixelFormat says.
enum class RowFormat : std::uint8_t { kRgb888, kRgba8888, kRgb565 };
constexpr std::size_t bytes_per_pixel(RowFormat format) {
  if (format == RowFormat::kRgb565) return 2;
  return format == RowFormat::kRgb888 ? 3 : 4;
}

class Compositor {
 public:
  /// Scratch for pictures of up to that width on canvases of up to that longer side.
  static constexpr std::size_t scratch_bytes(std::uint32_t max_picture_width,
                                             std::uint32_t max_canvas_side) {
    const std::size_t picture_row = std::size_t{max_picture_width} * 3;
    const std::size_t canvas_row = std::size_t{max_canvas_side} * 3;
    return picture_row * (sizeof(std::uint32_t) + 2) + canvas_row * 3 +
           max_canvas_side * (sizeof(rows::Tap) + 2) + sizeof(rows::Rgb565Codes) +
           kPieces * kAlignment + 1;
  }

  /// `picture`: the size of the rows and their number. `shape`: the picture's original size, which
  /// decides its place (a JPEG decoder may hand in rows already shrunk); usually the same as
  /// `picture`. Writes the background around the picture. Error: kInternal when the scratch is too
  /// small.
  static Result<Compositor> begin(const Canvas& canvas, const View& view, Size picture, Size shape,
                                  RowFormat format, ByteSpan scratch);

  /// Where row y may be decoded to instead of being pushed: width pixels in the rows' own format on
  /// the canvas itself, or empty when the row must be pushed. Either all rows are direct or none;
  /// direct ones need no push_row().
  ByteSpan direct_row(std::uint32_t y) const;

  /// The next row: picture.width pixels.
  void push_row(ByteView row);

 private:
  /// How one axis gets from the crop's pixels to the target's.
  struct Axis {
    enum class Method : std::uint8_t { kCopy, kNearest, kBilinear, kArea };
    Axis() = default;
    Axis(std::uint32_t source, std::uint32_t target, Scaling scaling);
    bool picks() const { return method == Method::kCopy || method == Method::kNearest; }
    rows::Tap tap(
        std::uint32_t at) const;  ///< where target pixel `at` is taken from; not for kArea

    std::uint32_t source = 1;
    std::uint32_t target = 1;
    std::uint32_t from = 1;  ///< source / target in lowest terms
    std::uint32_t to = 1;
    Method method = Method::kCopy;
  };
  static constexpr std::size_t kPieces = 9;
  static constexpr std::size_t kAlignment = 16;

  Compositor() = default;
  void lay_out(ByteSpan scratch);
  void fill_border() const;
  const std::uint8_t* to_rgb(const std::uint8_t* pixels) const;
  const std::uint8_t* to_words(const std::uint8_t* pixels) const;
  const std::uint8_t* scale_across(const std::uint8_t* pixels, std::uint8_t* out) const;
  void push_repeated(const std::uint8_t* pixels, std::uint32_t y);
  void push_blended(const std::uint8_t* rgb, std::uint32_t y);
  void push_averaged(const std::uint8_t* rgb);
  void emit_average();
  const std::uint8_t* for_the_canvas(const std::uint8_t* rgb) const;
  void emit(const std::uint8_t* pixels, std::uint32_t count);

  TurnedCanvas canvas_;
  ToneCurve tone_;
  Rgb background_;
  RowFormat format_ = RowFormat::kRgb888;
  bool as_words_ = false;  // rows become the canvas' RGB565 before they are scaled
  Size picture_;
  Rect target_;  // on the upright canvas
  Rect crop_;    // in the rows' pixels
  Axis across_;
  Axis down_;
  std::uint8_t* direct_ = nullptr;  // where row 0 may be decoded to
  std::size_t direct_stride_ = 0;

  std::uint32_t pushed_ = 0;   // rows of the picture
  std::uint32_t emitted_ = 0;  // rows of the target
  std::uint32_t covered_ = 0;  // of the target row that is being averaged, in parts of 1/down_.from
  rows::Mean mean_;            // of a target pixel's area, both axes
  rows::Mean mean_down_;
  // In the scratch memory.
  std::uint32_t* sums_ = nullptr;       // one crop row, three channels: rows being averaged
  rows::Tap* taps_ = nullptr;           // one for each target column
  std::uint8_t* source_row_ = nullptr;  // one crop row, opaque
  std::uint8_t* mean_row_ = nullptr;    // one crop row
  std::uint8_t* scaled_rows_[2] = {};   // target rows; source row y lies in [y & 1]
  std::uint8_t* out_row_ = nullptr;     // target row
  std::uint8_t* word_row_ = nullptr;    // target row in RGB565
  rows::Rgb565Codes* codes_ = nullptr;  // of the tone curve, for RGB565
};

}  // namespace p3a
