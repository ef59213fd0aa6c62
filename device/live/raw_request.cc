#include "device/live/raw_request.h"

#include <array>
#include <charconv>

#include "device/upload/header_value.h"

namespace p3a {
namespace {

constexpr std::string_view kImagePrefix = "image/";

std::optional<std::uint32_t> parse_number(std::string_view text) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value > 65535) {
    return std::nullopt;
  }
  return value;
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

std::optional<RawLayout> layout_from_name(std::string_view name) {
  for (const RawLayout layout : {RawLayout::kRgb888, RawLayout::kRgb565, RawLayout::kRgba8888})
    if (equals_ignoring_case(name, layout_name(layout))) return layout;
  return std::nullopt;
}

Status read_type(const RequestHead& head, RawRequest& request) {
  const std::string_view type = media_type(head.header("content-type"));
  if (type.empty()) {
    return fail(ErrorCode::kMissingContentType,
                "the request has no Content-Type: send image/* or application/octet-stream");
  }
  if (type.size() > kImagePrefix.size() &&
      equals_ignoring_case(type.substr(0, kImagePrefix.size()), kImagePrefix)) {
    request.claimed = format_from_name(type.substr(kImagePrefix.size()));
    return {};
  }
  if (equals_ignoring_case(type, "application/octet-stream")) return {};
  return fail(ErrorCode::kUnsupportedMediaType,
              "this Content-Type is no picture: send image/* or application/octet-stream");
}

Status read_format(const RequestHead& head, RawRequest& request) {
  const std::string_view name = trimmed(head.header("x-image-format"));
  if (name.empty()) return {};
  request.layout = layout_from_name(name);
  if (request.layout) {
    if (!request.claimed) return {};
    return fail(ErrorCode::kFormatMismatch,
                "raw pixels have the Content-Type application/octet-stream");
  }
  // "pixelart" is what the stream calls it.
  const auto format =
      equals_ignoring_case(name, "pixelart") ? ImageFormat::kP3x : format_from_name(name);
  if (!format) {
    return fail(ErrorCode::kUnknownFormat,
                "X-Image-Format is png, jpeg, webp, gif, p3x, or for raw pixels rgb888, rgb565, "
                "rgba8888");
  }
  if (request.claimed && *request.claimed != *format) {
    return fail(ErrorCode::kFormatMismatch, "X-Image-Format says ", format_name(*format),
                " and Content-Type ", format_name(*request.claimed),
                ": send what the file is, or leave X-Image-Format out");
  }
  request.claimed = format;
  return {};
}

Status read_size(const RequestHead& head, const ImageLimits& limits, RawRequest& request) {
  if (!request.layout) return {};
  const auto width = parse_number(trimmed(head.header("x-image-width")));
  const auto height = parse_number(trimmed(head.header("x-image-height")));
  if (!width || !height || *width == 0 || *height == 0) {
    return fail(ErrorCode::kInvalidValue,
                "raw pixels need X-Image-Width and X-Image-Height, whole numbers above 0");
  }
  request.size = {*width, *height};
  if (const Status fits = check_size(request.size, limits); !fits) return fits;
  request.exact_bytes = request.size.pixels() * bytes_per_pixel(*request.layout);
  if (*request.exact_bytes > request.max_bytes) return raw_too_large(request.max_bytes);
  return {};
}

Status read_region(const RequestHead& head, Size upright, RawRequest& request) {
  const std::string_view text = trimmed(head.header("x-region"));
  if (text.empty()) return {};
  std::array<std::uint32_t, 4> numbers{};
  std::string_view rest = text;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const std::size_t comma = i + 1 < numbers.size() ? rest.find(',') : rest.size();
    const auto number = comma == std::string_view::npos
                            ? std::nullopt
                            : parse_number(trimmed(rest.substr(0, comma)));
    if (!number) {
      return fail(ErrorCode::kInvalidValue, "X-Region is x,y,w,h in pixels, as 0,0,64,64");
    }
    numbers[i] = *number;
    rest.remove_prefix(std::min(comma + 1, rest.size()));
  }
  const Rect area{static_cast<std::int32_t>(numbers[0]), static_cast<std::int32_t>(numbers[1]),
                  numbers[2], numbers[3]};
  if (area.empty() || !area.within(upright)) {
    return fail(ErrorCode::kInvalidValue, "X-Region must lie on the panel of ", upright.width,
                " x ", upright.height, " pixels and have at least one");
  }
  request.area = area;
  return {};
}

Status read_length(const RequestHead& head, RawRequest& request) {
  if (!head.has_body || head.content_length == 0u) {
    return fail(ErrorCode::kEmptyBody, "the request has no body: send a picture with it");
  }
  if (!head.content_length) return {};
  if (*head.content_length > request.max_bytes) return raw_too_large(request.max_bytes);
  if (request.exact_bytes.value_or(*head.content_length) != *head.content_length) {
    return fail(ErrorCode::kLengthMismatch, layout_name(*request.layout), " of ",
                request.size.width, " x ", request.size.height, " pixels is ", *request.exact_bytes,
                " bytes; Content-Length says ", *head.content_length);
  }
  request.exact_bytes = head.content_length;
  return {};
}

}  // namespace

Result<RawRequest> parse_raw_request(const RequestHead& head, const ImageLimits& limits,
                                     Size upright, std::uint64_t max_bytes, Instant now) {
  RawRequest request;
  request.client = head.client;
  request.received = now;
  request.max_bytes = max_bytes;
  Status status = read_type(head, request);
  if (status) status = read_format(head, request);
  if (status) status = read_size(head, limits, request);
  if (status) status = read_region(head, upright, request);
  if (status) status = read_length(head, request);
  if (!status) return std::unexpected(status.error());
  return request;
}

std::unexpected<Error> raw_too_large(std::uint64_t max_bytes) {
  return fail(ErrorCode::kFileTooLarge, "the picture is above ", max_bytes,
              " bytes: send a smaller one, or start the display with a larger raw.max_bytes");
}

}  // namespace p3a
