// Puts a mixed frame together (docs/PROTOCOL.md, section 2): a P3X frame, and JPEG and PNG files of
// parts of the picture that lie in its windows.
//
// In: the picture, R,G,B, and which tiles of it. Out: the payload, valid until the next begin().
// Once it has held as much, it takes no memory. One thread at a time.
#pragma once

#include <vector>

#include "core/codec/mixed_frame.h"
#include "sender/ports.h"
#include "sender/rich_windows.h"

namespace p3a::sender {

class MixedWriter {
 public:
  explicit MixedWriter(ImageEncoder& images) : images_(images) {}

  /// Copies the P3X frame.
  void begin(ByteView p3x_frame);
  /// A box of tiles as JPEG, or as PNG where that is smaller. True: it is exact. Errors: those of
  /// ImageEncoder.
  Result<bool> add_jpeg(const Pixels& rgb, const Rect& area, int quality, bool full_chroma);
  Status add_png(const Pixels& rgb, const Rect& area);
  ByteView finish(const p3x::Windows& windows);

 private:
  void add(const Rect& area, ByteView file);

  ImageEncoder& images_;
  std::vector<std::uint8_t> p3x_, files_, payload_;
  std::vector<p3x::Patch> patches_;
};

}  // namespace p3a::sender
