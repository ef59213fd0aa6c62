// One binary WebSocket message of a stream <-> what it says. The format is docs/PROTOCOL.md.
//
// In: the bytes of one whole message, and limits. Out: a FrameMessage that exists only if the
// message is well-formed and within the limits, or an error whose sentence tells the sender's
// author what to change. The payload is not decoded, only its first bytes are looked at. Nothing is
// copied: the payload lies in the message's bytes and lives as long as they do. Pure; any thread.
// To write a frame: frame_header.h.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>

#include "core/base/bytes.h"
#include "core/base/error.h"
#include "core/base/geometry.h"
#include "core/base/time.h"

namespace p3a {

inline constexpr std::uint16_t kFrameMagic = 0x5044;  // the bytes 44 50
inline constexpr std::uint8_t kFlagExtension = 0x01;
inline constexpr std::size_t kFrameHeaderBytes = 8;
/// The extension block, its own length included, comes in steps of 8 bytes, so that the payload of
/// an aligned message is aligned too.
inline constexpr std::size_t kExtensionStep = 8;
inline constexpr std::size_t kMaxExtensionBytes = 256;

/// The numbers are the wire's.
enum class FrameFormat : std::uint8_t {
  kJpeg = 0x01,
  kPng = 0x02,
  kWebp = 0x03,
  kRgb565 = 0x04,
  kRgb888 = 0x05,
  kPixelArt = 0x10,
  kMixed = 0x11,
  kAudio = 0x40,
};

/// "jpeg", "png", "webp", "rgb565", "rgb888", "pixelart", "mixed", "audio": as in the display's
/// hello.
std::string_view frame_format_name(FrameFormat format);
std::optional<FrameFormat> frame_format_from_number(std::uint8_t number);
/// Of raw pixels; 0 for every other format.
std::size_t raw_bytes_per_pixel(FrameFormat format);

/// Frames of a P3X stream, whose payload says what they build on.
constexpr bool is_coded(FrameFormat format) {
  return format == FrameFormat::kPixelArt || format == FrameFormat::kMixed;
}

enum class FrameKind : std::uint8_t {
  kKey = 0,    ///< needs no other frame
  kDelta = 1,  ///< makes sense only on top of the frame before it
};

/// What a frame says about itself. A field that the message leaves out has the value here.
struct FrameExtension {
  FrameKind kind = FrameKind::kKey;
  std::uint32_t sequence = 0;   ///< counts frames, wraps (sequence.h)
  Micros capture_time{};        ///< in the sender's own clock; 0: not told
  Instant presentation_time{};  ///< in the display's clock; 0 or past: as soon as possible
  Rect region{};                ///< panel pixels, within 0..65535; empty: the whole picture

  bool operator==(const FrameExtension&) const = default;
};

struct FrameMessage {
  FrameFormat format = FrameFormat::kJpeg;
  bool bare = false;  ///< a picture file without any header
  ByteView payload;   ///< at least one byte
  std::optional<FrameExtension> extension;
};

/// How many payload bytes a frame may have.
struct FrameLimits {
  std::uint32_t max_lossy_bytes = 200u << 10;   ///< JPEG, WebP, audio
  std::uint32_t max_lossless_bytes = 2u << 20;  ///< PNG, RGB565, RGB888, pixel art, mixed

  constexpr std::uint32_t of(FrameFormat format) const {
    const bool lossy = format == FrameFormat::kJpeg || format == FrameFormat::kWebp ||
                       format == FrameFormat::kAudio;
    return lossy ? max_lossy_bytes : max_lossless_bytes;
  }
};

/// The longest message that can be a frame: what a transport need ever hold.
constexpr std::size_t max_message_bytes(const FrameLimits& limits) {
  return kFrameHeaderBytes + kMaxExtensionBytes +
         std::size_t{std::max(limits.max_lossy_bytes, limits.max_lossless_bytes)};
}

/// Errors: kEmptyBody (no byte at all, or no payload), kBadFrame (magic, header, flags, size,
/// extension block), kUnknownFormat (an unknown format byte, or a GIF file), kFrameTooLarge,
/// kFormatMismatch (the payload is not the picture file that the header promises).
Result<FrameMessage> parse_frame_message(ByteView message, const FrameLimits& limits);

/// Where on a panel of that size the frame's picture goes: its region, or all of it. Errors:
/// kBadFrame (the region reaches beyond the panel), kLengthMismatch (raw pixels that are not
/// exactly width × height × bytes of that rectangle).
Result<Rect> area_on_panel(const FrameMessage& frame, Size panel);

/// Whether the panel's picture after this frame depends on no frame before it: a key that covers
/// the panel.
bool stands_alone(const FrameMessage& frame, Size panel);

}  // namespace p3a
