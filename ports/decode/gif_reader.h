// giflib behind values: one frame after the other, its rows as R,G,B,A.
//
// Only giflib's record calls are used; nothing is collected, so memory does not grow with the file.
// The source must outlive the reader; one thread at a time.
#pragma once

#include <gif_lib.h>

#include <array>
#include <memory>
#include <optional>

#include "core/base/time.h"
#include "core/image/image.h"
#include "ports/decode/animation_canvas.h"

namespace p3a {

struct GifFrame {
  Rect region;  ///< may reach beyond the canvas
  Micros delay{};
  Dispose dispose = Dispose::kKeep;
  bool interlaced = false;
  int transparent = -1;  ///< palette index, or -1
};

class GifReader {
 public:
  GifReader(ByteSource& source, const ImageLimits& limits) : source_(&source), limits_(limits) {}
  GifReader(const GifReader&) = delete;
  GifReader& operator=(const GifReader&) = delete;

  /// Goes back to the file's first frame. Errors, of all calls: kDecodeFailed, kDecodeLimit.
  Status rewind();
  /// The next frame's head, or nothing at the end of the file.
  Result<std::optional<GifFrame>> next();
  /// The next row of the frame, in the file's order; region.width × 4 bytes.
  Status read_row(const GifFrame& frame, ByteSpan rgba);

 private:
  struct Close {
    void operator()(GifFileType* gif) const { DGifCloseFile(gif, nullptr); }
  };
  static int read(GifFileType* gif, GifByteType* out, int count);
  Status read_extension(GifFrame& frame);
  Result<std::optional<GifFrame>> read_head(GifFrame frame);

  ByteSource* source_;
  ImageLimits limits_;
  std::unique_ptr<GifFileType, Close> gif_;
  std::unique_ptr<GifPixelType[]> indices_;
  std::size_t indices_size_ = 0;
  std::uint64_t offset_ = 0;  // of what follows the buffer
  std::array<std::uint8_t, 8 * 1024> buffer_;
  ByteView buffered_;
};

}  // namespace p3a
