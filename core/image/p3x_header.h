// Reads and writes the head and the index of a .p3x file: a P3X stream that is kept
// (docs/P3X.md, section 11). The frames themselves are core/codec's.
//
// parse_p3x_header() reads the whole index, in pieces of 128 bytes, so that a file that it takes
// has every frame where the index says. No allocation. Pure; any thread.
#pragma once

#include <array>

#include "core/base/time.h"
#include "core/image/image.h"

namespace p3a {

inline constexpr std::size_t kP3xHeaderBytes = 32;
inline constexpr std::size_t kP3xEntryBytes = 8;
/// What a file may want of its player for pictures; more is kDecodeLimit.
inline constexpr std::uint32_t kMaxP3xPictureBytes = 32U << 20;
inline constexpr Micros kMinP3xDelay = 1ms;

struct P3xHeader {
  Size size;                        ///< of the pictures shown
  std::uint8_t table_bits = 0;      ///< 10 to 18: the most that a frame asks for
  std::uint8_t slices = 1;          ///< 1 or 2: likewise
  std::uint32_t picture_bytes = 0;  ///< memory for the decoder's pictures
  std::uint32_t frames = 0;         ///< at least 1, within the limits
  std::uint64_t index_offset = 0;   ///< the frames end here
};

struct P3xEntry {
  std::uint32_t bytes = 0;  ///< of the frame, at least 4
  bool key = false;
  Micros delay{};  ///< how long it stays: kMinP3xDelay or more, except in a file of one frame
};

/// Errors: kDecodeFailed, kDecodeLimit (frames, picture memory), kUnsupportedFeature (another
/// version) and those of check_size().
Result<P3xHeader> parse_p3x_header(ByteSource& source, const ImageLimits& limits);
/// Of frame `frame` < header.frames of that source. Error: kDecodeFailed (it changed meanwhile).
Result<P3xEntry> read_p3x_entry(ByteSource& source, const P3xHeader& header, std::uint32_t frame);

/// What parse_p3x_header() reads. The frames follow one another right behind the head.
std::array<std::uint8_t, kP3xHeaderBytes> p3x_header_bytes(const P3xHeader& header);
std::array<std::uint8_t, kP3xEntryBytes> p3x_entry_bytes(const P3xEntry& entry);

}  // namespace p3a
