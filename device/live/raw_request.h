// What the head of POST /display/raw says, checked before a byte of the body is taken.
#pragma once

#include <optional>
#include <string>

#include "device/exchange.h"
#include "device/live/frame_maker.h"

namespace p3a {

struct RawRequest {
  std::string client;
  Instant received;                          ///< when the head was there
  std::uint64_t max_bytes = 0;               ///< of the body
  std::optional<std::uint64_t> exact_bytes;  ///< of the body, where it is known
  std::optional<ImageFormat> claimed;        ///< a picture file, and what it was announced as
  std::optional<RawLayout> layout;           ///< raw pixels
  Size size;                                 ///< of raw pixels
  std::optional<Rect> area;                  ///< of the upright picture; nothing: all of it
};

/// `upright`: the size of the panel's picture. `max_bytes`: raw.max_bytes. Errors: kEmptyBody,
/// kMissingContentType, kUnsupportedMediaType, kUnknownFormat, kFormatMismatch, kInvalidValue (a
/// header), kDimensionsTooLarge, kLengthMismatch, kFileTooLarge. Pure; any thread.
Result<RawRequest> parse_raw_request(const RequestHead& head, const ImageLimits& limits,
                                     Size upright, std::uint64_t max_bytes, Instant now);

/// The error of a body above raw.max_bytes.
std::unexpected<Error> raw_too_large(std::uint64_t max_bytes);

}  // namespace p3a
