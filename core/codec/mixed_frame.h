// A P3X frame with picture files in windows of it: format 0x11 on the wire (docs/PROTOCOL.md,
// section 2, mixed frames).
//
// In: a payload's bytes, of whatever origin. Out: a frame whose lengths and rectangles hold, which
// points into them; nothing is decoded and nothing copied. And the other way: the head of a payload
// that a sender puts together. Pure; any thread.
#pragma once

#include <array>
#include <span>

#include "core/base/bytes.h"
#include "core/base/error.h"
#include "core/codec/windows.h"

namespace p3a::p3x {

/// A JPEG or PNG file of exactly the area's size, in pixels of the output picture.
struct Patch {
  Rect area;
  ByteView file;
};

struct MixedFrame {
  static constexpr std::size_t kMostPatches = 16;

  Windows windows;  ///< do not overlap
  ByteView p3x;     ///< one frame of the stream, not empty

  /// In the order of drawing; each lies in one window.
  std::span<const Patch> patches() const { return {patches_.data(), count_}; }

  /// Errors: kBadFrame.
  static Result<MixedFrame> parse(ByteView payload);

 private:
  Status check() const;

  std::array<Patch, kMostPatches> patches_{};
  std::size_t count_ = 0;
};

/// What comes before the P3X frame in a payload; its size, and its bytes.
constexpr std::size_t mixed_head_bytes(std::size_t windows, std::size_t patches) {
  return 8 + windows * 8 + patches * 12;
}
/// `out` has mixed_head_bytes(). After it come the P3X frame and the patches' files in order.
void write_mixed_head(const Windows& windows, std::span<const Patch> patches, std::size_t p3x_bytes,
                      ByteSpan out);

}  // namespace p3a::p3x
