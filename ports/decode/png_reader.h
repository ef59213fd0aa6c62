// libspng behind values: the rows of one frame, top to bottom, as R,G,B or R,G,B,A.
//
// Every bit depth and colour type is brought to 8 bits a channel (16 bits: the high byte). Rows are
// decoded as they are asked for, but for interlaced frames, which are decoded whole by begin(). The
// source must outlive the reader; one thread at a time.
#pragma once

#include <spng.h>

#include <memory>
#include <optional>

#include "ports/decode/pixel_buffer.h"
#include "ports/decode/png_stream.h"

namespace p3a {

class PngReader {
 public:
  PngReader(ByteSource& source, const PngLayout& layout) : source_(&source), layout_(layout) {}

  /// Starts the frame whose first IDAT or fdAT has its head at `first_chunk`. Errors, of all calls:
  /// kDecodeFailed, kDecodeLimit.
  Status begin(Size size, std::uint64_t first_chunk, RowFormat format);
  /// The next of `size.height` rows.
  Status read_row(ByteSpan row);
  /// After the last row: the rest of the frame's data is there and in order.
  Status finish();

 private:
  struct Free {
    void operator()(spng_ctx* context) const { spng_ctx_free(context); }
  };
  Status decode_interlaced(Size size);

  ByteSource* source_;
  PngLayout layout_;
  std::optional<PngStream> stream_;
  std::unique_ptr<spng_ctx, Free> context_;
  RowFormat format_ = RowFormat::kRgb888;
  PixelBuffer whole_;  // an interlaced frame
  std::uint32_t next_row_ = 0;
};

}  // namespace p3a
