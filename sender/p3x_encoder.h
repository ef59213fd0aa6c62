// P3X for one stream (docs/P3X.md): takes the memory that a size of picture needs, and knows when
// content is too rich for it.
//
// In: R,G,B rows. Out: a frame's bytes, valid until the next call. What is encoded
// counts as sent; request_key() after it was not, and when the display asks. Takes memory only when
// the size of the pictures changes. One thread at a time.
#pragma once

#include <memory>
#include <optional>

#include "core/codec/encoder.h"
#include "sender/pixels.h"

namespace p3a::sender {

/// What the display's hello announces for P3X.
struct P3xLimits {
  std::uint8_t table_bits = 14;
  std::uint64_t picture_bytes = 4U << 20;
  bool operator==(const P3xLimits&) const = default;
};

class P3xEncoder {
 public:
  /// What lies in `windows` is left out. Errors: those of p3x::Encoder; kFrameTooLarge beyond
  /// `limit` bytes.
  Result<ByteView> encode(const p3x::RgbPicture& picture, const P3xLimits& limits,
                          std::size_t limit, const p3x::Windows& windows = {});
  void request_key();

  /// For a choice of codec: whether neighbouring pixels mostly differ a little, as in photographs
  /// and smooth gradients, where a JPEG is the better choice.
  static bool looks_rich(const p3x::RgbPicture& picture);

 private:
  Status prepare(Size size, const P3xLimits& limits, std::size_t limit);

  Size size_;
  P3xLimits limits_;
  std::unique_ptr<std::uint64_t[]> memory_;  // not touched before use: most of it is history
  std::optional<p3x::Encoder> encoder_;
  std::unique_ptr<std::uint8_t[]> out_;
  std::size_t out_bytes_ = 0;
};

}  // namespace p3a::sender
