#include "ports/decode/pixel_buffer.h"

#include <algorithm>
#include <new>

namespace p3a {

Status PixelBuffer::reserve(std::size_t bytes) {
  if (bytes <= size_) return {};
  bytes_.reset();
  size_ = 0;
  bytes_.reset(new (std::nothrow) std::uint8_t[bytes]);
  if (!bytes_) {
    return fail(ErrorCode::kDecodeLimit, "The picture needs ", bytes / 1024,
                " KiB of memory, which the display does not have. Send a smaller picture.");
  }
  size_ = bytes;
  return {};
}

Result<Compositor> start_composing(const Canvas& canvas, const View& view,
                                   const PictureShape& shape, PixelBuffer& scratch) {
  const std::uint32_t side = std::max(canvas.size.width, canvas.size.height);
  const Status taken = scratch.reserve(Compositor::scratch_bytes(shape.rows.width, side));
  if (!taken) return std::unexpected(taken.error());
  return Compositor::begin(canvas, view, shape.rows, shape.original, shape.format, scratch.span());
}

Status compose_whole(const Canvas& canvas, const View& view, const PictureShape& shape,
                     const std::uint8_t* pixels, PixelBuffer& scratch) {
  auto compositor = start_composing(canvas, view, shape, scratch);
  if (!compositor) return std::unexpected(compositor.error());
  const std::size_t stride = shape.rows.width * row_pixel_bytes(shape.format);
  for (std::uint32_t y = 0; y < shape.rows.height; ++y) {
    compositor->push_row({pixels + y * stride, stride});
  }
  return {};
}

}  // namespace p3a
