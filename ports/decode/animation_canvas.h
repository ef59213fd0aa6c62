// The picture that an animation builds up frame by frame: RGBA, with the disposal and blending that
// APNG and GIF share (WebP's library does its own).
//
// The canvas is transparent at first; memory is taken on first need (width × height × 4 bytes, and
// the frame's region once more when a frame asks for "previous"). The decode thread only.
#pragma once

#include "core/base/time.h"
#include "ports/decode/pixel_buffer.h"

namespace p3a {

/// What happens to a frame's region before the next frame is drawn.
enum class Dispose : std::uint8_t { kKeep, kBackground, kPrevious };
enum class Blend : std::uint8_t { kSource, kOver };

/// How long a frame stays, for every animated format: browsers show frames that ask for 10 ms or
/// less for 100 ms, and files in the wild rely on that.
Micros frame_delay(Micros written);

class AnimationCanvas {
 public:
  /// Makes the canvas transparent, with no frame to dispose of. Error: kDecodeLimit.
  Status clear(Size size);
  /// Disposes of the frame before, then opens `region`, which must lie within the canvas. Error:
  /// kDecodeLimit.
  Status begin_frame(const Rect& region, Dispose dispose);
  /// Draws row `y` of the region: width × 4 bytes of R,G,B,A, not premultiplied.
  void put_row(std::uint32_t y, ByteView rgba, Blend blend);
  /// Puts the whole of it on a panel's canvas.
  Status compose(const View& view, const Canvas& canvas);

 private:
  std::uint8_t* region_row(std::uint32_t y);
  void dispose_of_frame();

  Size size_;
  PixelBuffer pixels_;
  PixelBuffer saved_;  // the region as it was, for kPrevious
  PixelBuffer scratch_;
  Rect region_;
  Dispose dispose_ = Dispose::kKeep;
};

}  // namespace p3a
