// What a file is, from its first bytes, without decoding it.
//
// probe() reads magic bytes and headers only: it takes no memory that grows with the picture and
// stays within bounded reads whatever the file says. Its ImageInfo exists only for a picture that a
// decoder may be given: known format, within the limits, no feature that we refuse. Pure; any
// thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/base/bytes.h"
#include "core/base/error.h"
#include "core/base/geometry.h"

namespace p3a {

enum class ImageFormat : std::uint8_t { kPng, kJpeg, kWebp, kGif, kP3x };

/// "png", "jpeg", "webp", "gif", "p3x": what the API calls it.
std::string_view format_name(ImageFormat format);
/// The file name's ending that we give it, without the dot: "png", "jpg", "webp", "gif", "p3x".
std::string_view format_extension(ImageFormat format);
/// From a name as clients write it ("png", "apng", "jpg", "jpeg", "webp", "gif", "p3x",
/// "x-p3x", any case).
std::optional<ImageFormat> format_from_name(std::string_view name);

/// Enough leading bytes to tell the format of any picture that we take.
inline constexpr std::size_t kMagicBytes = 12;
/// The format by magic bytes; nothing when there are too few bytes or they are none of ours.
std::optional<ImageFormat> format_from_magic(ByteView head);

struct ImageLimits {
  std::uint32_t max_width = 2048;
  std::uint32_t max_height = 2048;
  std::uint32_t max_frames = 1024;
};

struct ImageInfo {
  ImageFormat format = ImageFormat::kPng;
  Size size;              ///< of the canvas, in pixels, each side at least 1 and within the limits
  bool animated = false;  ///< more than one frame is announced
};

/// The picture's header, checked. Errors: kEmptyBody, kUnknownFormat, kDimensionsTooLarge,
/// kUnsupportedFeature (CMYK or arithmetic JPEG, 12 bit, ...), kDecodeFailed (header broken or cut
/// off).
Result<ImageInfo> probe(ByteSource& source, const ImageLimits& limits);

/// Shared by the format rooms: kDimensionsTooLarge with the sentence for people, or kDecodeFailed
/// for 0.
Status check_size(Size size, const ImageLimits& limits);

}  // namespace p3a
