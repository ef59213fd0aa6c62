#include "core/wire/frame_message.h"

#include "core/base/checked.h"

namespace p3a {
namespace {

bool holds_at(ByteView bytes, std::size_t offset, std::string_view text) {
  if (bytes.size() < offset + text.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (bytes[offset + i] != static_cast<std::uint8_t>(text[i])) return false;
  }
  return true;
}

/// By magic bytes. (core/image knows more formats; the rooms of core share only base and wire.)
std::optional<FrameFormat> picture_file_format(ByteView bytes) {
  if (holds_at(bytes, 0, "\xFF\xD8\xFF")) return FrameFormat::kJpeg;
  if (holds_at(bytes, 0, "\x89PNG\r\n\x1A\n")) return FrameFormat::kPng;
  if (holds_at(bytes, 0, "RIFF") && holds_at(bytes, 8, "WEBP")) return FrameFormat::kWebp;
  return std::nullopt;
}

bool is_picture_file(FrameFormat format) {
  return format == FrameFormat::kJpeg || format == FrameFormat::kPng ||
         format == FrameFormat::kWebp;
}

std::unexpected<Error> no_frame(ByteView message) {
  if (holds_at(message, 0, "GIF8")) {
    return fail(ErrorCode::kUnknownFormat,
                "a GIF is no stream frame; POST it to /display/raw or /upload/image");
  }
  if (holds_at(message, 0, "PD")) {
    return fail(ErrorCode::kBadFrame,
                "the header is big-endian; numbers go least significant byte first, in Python "
                "struct.pack('<HBBI', 0x5044, 1, 0, size)");
  }
  return fail(ErrorCode::kBadFrame,
              "a binary message begins with the bytes 44 50 (hex) or is a JPEG, PNG or WebP file; "
              "this one is neither");
}

std::unexpected<Error> wrong_size(ByteView message, std::uint32_t size) {
  const std::size_t rest = message.size() - kFrameHeaderBytes;
  // The document that this protocol grew from packs the header into ten bytes.
  if (rest >= 2 && load_le32(message.data() + 6) == rest - 2) {
    return fail(ErrorCode::kBadFrame,
                "the header has ten bytes instead of eight; in Python it is "
                "struct.pack('<HBBI', 0x5044, 1, 0, size)");
  }
  return fail(ErrorCode::kBadFrame, "the header says that ", size, " bytes follow it, but ", rest,
              " do");
}

struct Header {
  FrameFormat format;
  bool extended;
};

/// The first eight bytes, which the reader then has behind it.
Result<Header> read_header(ByteView message, ByteReader& reader) {
  if (reader.le16() != kFrameMagic) return no_frame(message);
  const auto number = reader.u8();
  const auto flags = reader.u8();
  const auto size = reader.le32();
  if (!number || !flags || !size) {
    return fail(ErrorCode::kBadFrame, "the header has ", kFrameHeaderBytes,
                " bytes; this message ends after ", message.size());
  }
  const auto format = frame_format_from_number(*number);
  if (!format) {
    return fail(ErrorCode::kUnknownFormat, "format ", *number,
                " is not known here; the display's hello lists those that it takes");
  }
  if ((*flags & ~kFlagExtension) != 0) {
    return fail(ErrorCode::kBadFrame, "flags are ", *flags,
                ", but only bit 0 has a meaning; the others must be 0");
  }
  if (*size != reader.rest().size()) return wrong_size(message, *size);
  return Header{.format = *format, .extended = (*flags & kFlagExtension) != 0};
}

Result<Rect> read_region(ByteReader& fields) {
  const std::uint16_t x = fields.le16().value_or(0);
  const std::uint16_t y = fields.le16().value_or(0);
  const std::uint16_t width = fields.le16().value_or(0);
  const std::uint16_t height = fields.le16().value_or(0);
  const Rect region{x, y, width, height};
  if (region.empty() && region != Rect{}) {
    return fail(ErrorCode::kBadFrame, "the region is ", width, " x ", height,
                "; it has at least one pixel, or all four numbers are 0 for the whole picture");
  }
  return region;
}

/// What stands after the block's length. Each group of fields is 8 bytes long, so none is cut.
Result<FrameExtension> read_fields(ByteReader fields) {
  FrameExtension extension;
  const std::uint8_t kind = fields.u8().value_or(0);
  if (kind > static_cast<std::uint8_t>(FrameKind::kDelta)) {
    return fail(ErrorCode::kBadFrame, "frame kind ", kind, " is not known; 0 is key, 1 is delta");
  }
  extension.kind = static_cast<FrameKind>(kind);
  const std::uint8_t reserved = fields.u8().value_or(0);
  if (reserved != 0) {
    return fail(ErrorCode::kBadFrame, "byte 3 of the extension block is ", reserved,
                "; it is reserved and must be 0");
  }
  extension.sequence = fields.le32().value_or(0);
  extension.capture_time = Micros(static_cast<std::int64_t>(fields.le64().value_or(0)));
  extension.presentation_time =
      Instant(Micros(static_cast<std::int64_t>(fields.le64().value_or(0))));
  const auto region = read_region(fields);
  if (!region) return std::unexpected(region.error());
  extension.region = *region;
  return extension;
}

/// The extension block, which the reader then has behind it.
Result<FrameExtension> read_extension(ByteReader& reader) {
  ByteReader start = reader;
  const std::uint16_t length = start.le16().value_or(0);
  if (length < kExtensionStep || length > kMaxExtensionBytes || length % kExtensionStep != 0) {
    return fail(ErrorCode::kBadFrame, "the extension block's length is ", length,
                "; it counts the whole block, is a multiple of ", kExtensionStep, " and at most ",
                kMaxExtensionBytes);
  }
  const auto block = reader.take(length);
  if (!block) {
    return fail(ErrorCode::kBadFrame, "the extension block's length is ", length, ", but only ",
                reader.rest().size(), " bytes follow the header");
  }
  return read_fields(ByteReader(block->subspan(2)));
}

Result<FrameMessage> within_limits(const FrameMessage& frame, const FrameLimits& limits) {
  const std::size_t size = frame.payload.size();
  if (size == 0) return fail(ErrorCode::kEmptyBody, "nothing follows the frame's header");
  if (size > limits.of(frame.format)) {
    return fail(ErrorCode::kFrameTooLarge, "the frame has ", size, " bytes; this display takes ",
                limits.of(frame.format), " bytes of ", frame_format_name(frame.format),
                " at most. Send a smaller picture or a lower quality, or raise the display's "
                "stream.max_frame_bytes");
  }
  if (is_picture_file(frame.format) && picture_file_format(frame.payload) != frame.format) {
    return fail(ErrorCode::kFormatMismatch, "the header says ", frame_format_name(frame.format),
                ", but what follows is no ", frame_format_name(frame.format), " file");
  }
  return frame;
}

}  // namespace

std::string_view frame_format_name(FrameFormat format) {
  switch (format) {
    case FrameFormat::kJpeg:
      return "jpeg";
    case FrameFormat::kPng:
      return "png";
    case FrameFormat::kWebp:
      return "webp";
    case FrameFormat::kRgb565:
      return "rgb565";
    case FrameFormat::kRgb888:
      return "rgb888";
    case FrameFormat::kPixelArt:
      return "pixelart";
    case FrameFormat::kMixed:
      return "mixed";
    case FrameFormat::kAudio:
      return "audio";
  }
  return "";
}

std::optional<FrameFormat> frame_format_from_number(std::uint8_t number) {
  const auto format = static_cast<FrameFormat>(number);
  if (frame_format_name(format).empty()) return std::nullopt;
  return format;
}

std::size_t raw_bytes_per_pixel(FrameFormat format) {
  if (format == FrameFormat::kRgb565) return 2;
  return format == FrameFormat::kRgb888 ? 3 : 0;
}

Result<FrameMessage> parse_frame_message(ByteView message, const FrameLimits& limits) {
  if (message.empty()) return fail(ErrorCode::kEmptyBody, "the binary message is empty");
  if (const auto file = picture_file_format(message)) {
    return within_limits({.format = *file, .bare = true, .payload = message, .extension = {}},
                         limits);
  }
  ByteReader reader(message);
  const auto header = read_header(message, reader);
  if (!header) return std::unexpected(header.error());
  FrameMessage frame{.format = header->format, .bare = false, .payload = {}, .extension = {}};
  if (header->extended) {
    const auto extension = read_extension(reader);
    if (!extension) return std::unexpected(extension.error());
    frame.extension = *extension;
  }
  frame.payload = reader.rest();
  return within_limits(frame, limits);
}

Result<Rect> area_on_panel(const FrameMessage& frame, Size panel) {
  const Rect region = frame.extension ? frame.extension->region : Rect{};
  const Rect area = region.empty() ? Rect{0, 0, panel.width, panel.height} : region;
  if (!area.within(panel)) {
    return fail(ErrorCode::kBadFrame, "the region ", area.x, ",", area.y, ",", area.width, ",",
                area.height, " reaches beyond the panel of ", panel.width, " x ", panel.height,
                " pixels");
  }
  const std::uint64_t pixel_bytes = raw_bytes_per_pixel(frame.format);
  if (pixel_bytes == 0) return area;
  if (checked_mul(area.size().pixels(), pixel_bytes) != frame.payload.size()) {
    return fail(ErrorCode::kLengthMismatch, frame_format_name(frame.format), " of ", area.width,
                " x ", area.height, " pixels has ", pixel_bytes,
                " bytes a pixel and nothing else; this frame has ", frame.payload.size(),
                " bytes. The region's w and h say how large it is");
  }
  return area;
}

bool stands_alone(const FrameMessage& frame, Size panel) {
  if (!frame.extension) return true;
  const Rect& region = frame.extension->region;
  return frame.extension->kind == FrameKind::kKey &&
         (region.empty() || region == Rect{0, 0, panel.width, panel.height});
}

}  // namespace p3a
