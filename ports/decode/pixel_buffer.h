// Memory for pixels, taken on first need, and the start of composing a picture with it.
//
// A size comes from a checked header; when the machine has no memory to give, that is kDecodeLimit,
// not an exception. The decode thread only.
#pragma once

#include <cstdint>
#include <memory>

#include "core/base/bytes.h"
#include "core/compose/compositor.h"

namespace p3a {

class PixelBuffer {
 public:
  /// At least that many bytes, which hold rubbish; what was there is lost when it grows.
  Status reserve(std::size_t bytes);
  std::uint8_t* data() { return bytes_.get(); }
  ByteSpan span() { return {bytes_.get(), size_}; }

 private:
  std::unique_ptr<std::uint8_t[]> bytes_;
  std::size_t size_ = 0;
};

/// What decoders hand to the compositor; see Compositor::begin.
struct PictureShape {
  Size rows;      ///< width of the rows and their number
  Size original;  ///< the size that the file tells
  RowFormat format = RowFormat::kRgb888;
};

/// Compositor::begin with `scratch` grown to what it needs.
Result<Compositor> start_composing(const Canvas& canvas, const View& view,
                                   const PictureShape& shape, PixelBuffer& scratch);

/// Composes a picture that lies whole in memory, its rows tightly packed.
Status compose_whole(const Canvas& canvas, const View& view, const PictureShape& shape,
                     const std::uint8_t* pixels, PixelBuffer& scratch);

/// The picture's bytes a pixel.
constexpr std::size_t row_pixel_bytes(RowFormat format) {
  return format == RowFormat::kRgb888 ? 3 : 4;
}

}  // namespace p3a
