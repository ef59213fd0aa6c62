// Walks the chunks of a PNG or APNG file.
//
// Format: PNG (Third Edition) sections 5 and 11; APNG is part of it (acTL, fcTL, fdAT). The walker
// reads chunk heads only; it does not check CRCs (the decoder does) nor inflate anything. Every
// offset and length that it hands out lies within the source. ApngWalker gives one frame after the
// other with its place and the chunks that hold its pixels, so that an animation is decoded as it
// plays.
#pragma once

#include "core/image/image.h"

namespace p3a {

struct PngChunk {
  std::uint32_t type = 0;         ///< four letters, big-endian: png_type("IDAT")
  std::uint64_t data_offset = 0;  ///< of the data in the source
  std::uint32_t data_size = 0;
};

constexpr std::uint32_t png_type(const char (&letters)[5]) {
  return static_cast<std::uint32_t>(letters[0]) << 24 |
         static_cast<std::uint32_t>(letters[1]) << 16 |
         static_cast<std::uint32_t>(letters[2]) << 8 | static_cast<std::uint32_t>(letters[3]);
}

inline constexpr std::uint64_t kPngSignatureBytes = 8;
/// Twenty times what a 10 MiB file by libpng has; more are made to cost time.
inline constexpr std::uint32_t kMaxPngChunks = 32768;

class PngChunks {
 public:
  /// Starts at the chunk head at `offset`: by default the first, behind the signature, which the
  /// caller has checked. The source must outlive the walker.
  explicit PngChunks(ByteSource& source, std::uint64_t offset = kPngSignatureBytes)
      : source_(&source), offset_(offset) {}
  /// The next chunk, kDecodeFailed when it is cut off or no chunk, kDecodeLimit after
  /// kMaxPngChunks. After IEND (which it returns) it must not be called again.
  Result<PngChunk> next();
  /// Of the head of the chunk that next() will read.
  std::uint64_t offset() const { return offset_; }

 private:
  ByteSource* source_;
  std::uint64_t offset_;
  std::uint32_t count_ = 0;
};

struct PngHeader {
  Size size;
  std::uint8_t bit_depth = 8;
  std::uint8_t color_type = 6;
  bool interlaced = false;
  std::uint32_t frames = 1;    ///< as acTL says, within the limits; 1 without acTL
  bool first_is_frame = true;  ///< false: the default image is not part of the animation
};

/// Reads the signature, IHDR and what stands before the first IDAT. Errors: kDecodeFailed,
/// kDecodeLimit (more frames than the limits allow, too many chunks) and those of check_size().
Result<PngHeader> parse_png_header(ByteSource& source, const ImageLimits& limits);

/// Walks the whole file: every chunk up to IEND is there, and every announced frame of an
/// animation. Errors: kDecodeFailed, kDecodeLimit.
Status check_png_chunks(ByteSource& source, const PngHeader& header);

enum class ApngDispose : std::uint8_t { kNone, kBackground, kPrevious };
enum class ApngBlend : std::uint8_t { kSource, kOver };

struct ApngFrame {
  Rect region;                 ///< within the canvas
  std::uint32_t delay_us = 0;  ///< as written (denominator 0 is 100), at most 2^32 - 1
  ApngDispose dispose = ApngDispose::kNone;
  ApngBlend blend = ApngBlend::kSource;
  /// Offset of the head of the frame's first IDAT or fdAT chunk. The frame's pixels are the chunks
  /// of that type from there to the next fcTL or IEND, each fdAT without its first 4 bytes.
  std::uint64_t first_chunk = 0;
};

/// One pass over an animation's frames in order.
class ApngWalker {
 public:
  ApngWalker(ByteSource& source, const PngHeader& header) : source_(&source), header_(header) {}
  /// The next frame; kDecodeFailed when the file breaks the rules (sequence, region, missing data
  /// or frames); nothing once `header.frames` frames are given. After an error only rewind() helps.
  Result<std::optional<ApngFrame>> next();
  void rewind() { *this = ApngWalker(*source_, header_); }

 private:
  Result<ApngFrame> read_control(const PngChunk& chunk);
  Status check_sequence(const PngChunk& chunk);

  ByteSource* source_;
  PngHeader header_;
  std::uint64_t offset_ = kPngSignatureBytes;
  std::uint32_t given_ = 0;     // frames
  std::uint32_t sequence_ = 0;  // number that the next fcTL or fdAT must carry
};

}  // namespace p3a
