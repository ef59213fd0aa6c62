// Walks the chunks of a PNG or APNG file.
//
// Format: PNG (Third Edition) sections 5 and 11; APNG is part of it (acTL, fcTL, fdAT). The walker reads
// chunk heads only; it does not check CRCs (the decoder does) nor inflate anything. Every offset and
// length that it hands out lies within the source. ApngWalker gives one frame after the other with its
// place and the chunks that hold its pixels, so that an animation is decoded as it plays.
#pragma once

#include "core/image/image.h"

namespace p3a {

struct PngChunk {
  std::uint32_t type = 0;       ///< four letters, big-endian: png_type("IDAT")
  std::uint64_t data_offset = 0;  ///< of the data in the source
  std::uint32_t data_size = 0;
};

constexpr std::uint32_t png_type(const char (&letters)[5]) {
  return static_cast<std::uint32_t>(letters[0]) << 24 | static_cast<std::uint32_t>(letters[1]) << 16 |
         static_cast<std::uint32_t>(letters[2]) << 8 | static_cast<std::uint32_t>(letters[3]);
}

class PngChunks {
 public:
  /// Starts behind the signature, which the caller has checked. The source must outlive the walker.
  explicit PngChunks(ByteSource& source) : source_(&source) {}
  /// The next chunk, or kDecodeFailed when it is cut off or its length is out of range. After IEND
  /// (which it returns) it must not be called again.
  Result<PngChunk> next();

 private:
  ByteSource* source_;
  std::uint64_t offset_ = 8;
};

struct PngHeader {
  Size size;
  std::uint8_t bit_depth = 8;
  std::uint8_t color_type = 6;
  bool interlaced = false;
  std::uint32_t frames = 1;    ///< as acTL says, within the limits; 1 without acTL
  bool first_is_frame = true;  ///< false: the default image is not part of the animation
};

/// Reads IHDR and what stands before the first IDAT.
Result<PngHeader> parse_png_header(ByteSource& source, const ImageLimits& limits);

enum class ApngDispose : std::uint8_t { kNone, kBackground, kPrevious };
enum class ApngBlend : std::uint8_t { kSource, kOver };

struct ApngFrame {
  Rect region;              ///< within the canvas
  std::uint32_t delay_us = 0;  ///< as written, with den 0 read as 100
  ApngDispose dispose = ApngDispose::kNone;
  ApngBlend blend = ApngBlend::kSource;
  std::uint64_t first_chunk = 0;  ///< offset of the head of the frame's first IDAT or fdAT chunk
};

/// One pass over an animation's frames in order.
class ApngWalker {
 public:
  ApngWalker(ByteSource& source, const PngHeader& header) : source_(&source), header_(header) {}
  /// The next frame; kDecodeFailed when the file breaks the rules (sequence, region, missing data);
  /// nothing after the last one (IEND, or `header.frames` frames given).
  Result<std::optional<ApngFrame>> next();
  void rewind() { offset_ = 8; given_ = 0; sequence_ = 0; }

 private:
  ByteSource* source_;
  PngHeader header_;
  std::uint64_t offset_ = 8;
  std::uint32_t given_ = 0;
  std::uint32_t sequence_ = 0;
};

}  // namespace p3a
