// Puts one picture, handed in row by row, on a canvas: fitted, scaled, turned, alpha over the background,
// through the tone curve, into the panel's pixel format.
//
// Rows come top to bottom; only as much of the picture is held as scaling needs, in scratch memory that the
// caller lends (scratch_bytes). Enlarging repeats the nearest pixel, or blends linearly when asked to; shrinking
// always averages the area that a pixel covers. Integer enlarging by "nearest" is exact, and a picture of the
// canvas' size is copied bit for bit. When the last row has been pushed, every pixel of the canvas has been
// written. No heap, no errors after begin(); one thread at a time; the canvas and the scratch must outlive it.
#pragma once

#include "core/base/bytes.h"
#include "core/base/error.h"
#include "core/compose/canvas.h"
#include "core/compose/placement.h"

namespace p3a {

/// Bytes a pixel of the rows: R,G,B or R,G,B,A (not premultiplied).
enum class RowFormat : std::uint8_t { kRgb888, kRgba8888 };

class Compositor {
 public:
  /// Scratch for pictures of up to that width on canvases of up to that longer side.
  static constexpr std::size_t scratch_bytes(std::uint32_t max_picture_width, std::uint32_t max_canvas_side);

  /// `picture`: the size of the rows and their number. `shape`: the picture's original size, which decides its
  /// place (a JPEG decoder may hand in rows already shrunk); usually the same as `picture`.
  /// Writes the background around the picture. Error: kInternal when the scratch is too small.
  static Result<Compositor> begin(const Canvas& canvas, const View& view, Size picture, Size shape,
                                  RowFormat format, ByteSpan scratch);

  /// Where row y may be decoded to instead of being pushed: width × 3 bytes of R,G,B on the canvas itself, or
  /// empty when the row must be pushed. Either all rows are direct or none; direct ones need no push_row().
  ByteSpan direct_row(std::uint32_t y) const;

  /// The next row: picture.width × (3 or 4) bytes.
  void push_row(ByteView row);
};

}  // namespace p3a
