#include "core/image/image.h"

#include <array>

#include "core/image/gif_header.h"
#include "core/image/jpeg_header.h"
#include "core/image/p3x_header.h"
#include "core/image/png_chunks.h"
#include "core/image/webp_header.h"

namespace p3a {
namespace {

bool holds_at(ByteView bytes, std::size_t offset, std::string_view text) {
  if (bytes.size() < offset + text.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (bytes[offset + i] != static_cast<std::uint8_t>(text[i])) return false;
  }
  return true;
}

bool equal_ignoring_case(std::string_view text, std::string_view lower_case) {
  if (text.size() != lower_case.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool upper = text[i] >= 'A' && text[i] <= 'Z';
    if ((upper ? static_cast<char>(text[i] - 'A' + 'a') : text[i]) != lower_case[i]) return false;
  }
  return true;
}

Result<ImageInfo> probe_png(ByteSource& source, const ImageLimits& limits) {
  const auto header = parse_png_header(source, limits);
  if (!header) return std::unexpected(header.error());
  const Status whole = check_png_chunks(source, *header);
  if (!whole) return std::unexpected(whole.error());
  return ImageInfo{ImageFormat::kPng, header->size, header->frames > 1};
}

Result<ImageInfo> probe_jpeg(ByteSource& source, const ImageLimits& limits) {
  const auto header = parse_jpeg_header(source, limits);
  if (!header) return std::unexpected(header.error());
  return ImageInfo{ImageFormat::kJpeg, header->size, false};
}

Result<ImageInfo> probe_webp(ByteSource& source, const ImageLimits& limits) {
  const auto header = parse_webp_header(source, limits);
  if (!header) return std::unexpected(header.error());
  return ImageInfo{ImageFormat::kWebp, header->size, header->animated};
}

Result<ImageInfo> probe_gif(ByteSource& source, const ImageLimits& limits) {
  const auto size = parse_gif_header(source, limits);
  if (!size) return std::unexpected(size.error());
  const auto frames = count_gif_frames(source, limits);
  if (!frames) return std::unexpected(frames.error());
  return ImageInfo{ImageFormat::kGif, *size, *frames > 1};
}

Result<ImageInfo> probe_p3x(ByteSource& source, const ImageLimits& limits) {
  const auto header = parse_p3x_header(source, limits);
  if (!header) return std::unexpected(header.error());
  return ImageInfo{ImageFormat::kP3x, header->size, header->frames > 1};
}

}  // namespace

std::string_view format_name(ImageFormat format) {
  switch (format) {
    case ImageFormat::kPng:
      return "png";
    case ImageFormat::kJpeg:
      return "jpeg";
    case ImageFormat::kWebp:
      return "webp";
    case ImageFormat::kGif:
      return "gif";
    case ImageFormat::kP3x:
      return "p3x";
  }
  return "png";
}

std::string_view format_extension(ImageFormat format) {
  return format == ImageFormat::kJpeg ? "jpg" : format_name(format);
}

std::optional<ImageFormat> format_from_name(std::string_view name) {
  struct Row {
    std::string_view name;
    ImageFormat format;
  };
  static constexpr std::array<Row, 8> kRows{{{"png", ImageFormat::kPng},
                                             {"apng", ImageFormat::kPng},
                                             {"jpg", ImageFormat::kJpeg},
                                             {"jpeg", ImageFormat::kJpeg},
                                             {"webp", ImageFormat::kWebp},
                                             {"gif", ImageFormat::kGif},
                                             {"p3x", ImageFormat::kP3x},
                                             {"x-p3x", ImageFormat::kP3x}}};
  for (const Row& row : kRows) {
    if (equal_ignoring_case(name, row.name)) return row.format;
  }
  return std::nullopt;
}

std::optional<ImageFormat> format_from_magic(ByteView head) {
  if (holds_at(head, 0, "\x89PNG\r\n\x1a\n")) return ImageFormat::kPng;
  if (holds_at(head, 0, "\xFF\xD8\xFF")) return ImageFormat::kJpeg;
  if (holds_at(head, 0, "RIFF") && holds_at(head, 8, "WEBP")) return ImageFormat::kWebp;
  if (holds_at(head, 0, "GIF87a") || holds_at(head, 0, "GIF89a")) return ImageFormat::kGif;
  if (holds_at(head, 0, "\x89P3X\r\n\x1a\n")) return ImageFormat::kP3x;
  return std::nullopt;
}

Status check_size(Size size, const ImageLimits& limits) {
  if (size.width == 0 || size.height == 0) {
    return fail(ErrorCode::kDecodeFailed, "the picture is ", size.width, " x ", size.height,
                " pixels, so there is nothing to show: save it again");
  }
  if (size.width > limits.max_width || size.height > limits.max_height) {
    return fail(ErrorCode::kDimensionsTooLarge, "the picture is ", size.width, " x ", size.height,
                " pixels, this display takes at most ", limits.max_width, " x ", limits.max_height,
                ": scale it down");
  }
  return {};
}

Result<ImageInfo> probe(ByteSource& source, const ImageLimits& limits) {
  if (source.size() == 0) return fail(ErrorCode::kEmptyBody, "the file is empty: send a picture");
  std::array<std::uint8_t, kMagicBytes> head{};
  const std::size_t count = source.read_at(0, head);
  const auto format = format_from_magic(ByteView(head).first(count));
  if (!format) {
    return fail(ErrorCode::kUnknownFormat,
                "the file is none of PNG, JPEG, WebP, GIF and P3X: save it as one of these");
  }
  switch (*format) {
    case ImageFormat::kPng:
      return probe_png(source, limits);
    case ImageFormat::kJpeg:
      return probe_jpeg(source, limits);
    case ImageFormat::kWebp:
      return probe_webp(source, limits);
    case ImageFormat::kGif:
      return probe_gif(source, limits);
    case ImageFormat::kP3x:
      return probe_p3x(source, limits);
  }
  return fail(ErrorCode::kInternal, "a picture format without a parser");
}

}  // namespace p3a
