#include "device/upload/upload_request.h"

#include "device/upload/header_value.h"

namespace p3a {
namespace {

constexpr std::string_view kImagePrefix = "image/";

bool is_image_type(std::string_view type) {
  return type.size() > kImagePrefix.size() &&
         equals_ignoring_case(type.substr(0, kImagePrefix.size()), kImagePrefix);
}

/// Looks at Content-Type: how the file lies in the body.
Status parse_body_type(std::string_view value, UploadRequest& request) {
  const std::string_view type = media_type(value);
  const bool image_route = request.route == UploadRoute::kImage;
  if (type.empty()) {
    return fail(ErrorCode::kMissingContentType,
                "the request has no Content-Type: send multipart/form-data",
                image_route ? ", application/octet-stream or image/*" : "");
  }
  if (equals_ignoring_case(type, "multipart/form-data")) {
    auto parser = MultipartParser::create(value);
    if (!parser) return std::unexpected(parser.error());
    request.multipart = std::move(*parser);
    return {};
  }
  if (image_route && equals_ignoring_case(type, "application/octet-stream")) return {};
  if (image_route && is_image_type(type)) {
    request.claimed = format_from_name(type.substr(kImagePrefix.size()));
    return {};
  }
  return fail(ErrorCode::kUnsupportedMediaType,
              "this Content-Type is no picture: send multipart/form-data",
              image_route ? ", application/octet-stream or image/*" : " with the file in it");
}

/// Looks at X-Image-Format, which says the same as an image/* Content-Type or is alone.
Status parse_format_claim(std::string_view value, UploadRequest& request) {
  if (value.empty()) return {};
  const auto format = format_from_name(value);
  if (!format) {
    return fail(ErrorCode::kUnknownFormat,
                "X-Image-Format must be png, jpeg, webp, gif or p3x; it can also be left out");
  }
  if (request.claimed && *request.claimed != *format) {
    return fail(ErrorCode::kFormatMismatch, "X-Image-Format says ", format_name(*format),
                " and Content-Type ", format_name(*request.claimed),
                ": send what the file is, or leave X-Image-Format out");
  }
  request.claimed = format;
  return {};
}

}  // namespace

std::unexpected<Error> file_too_large(std::uint64_t max_bytes) {
  return fail(ErrorCode::kFileTooLarge, "the file is above ", max_bytes,
              " bytes: send a smaller one or raise upload.max_bytes");
}

Result<UploadRequest> parse_upload_request(UploadRoute route, const RequestHead& head,
                                           std::shared_ptr<const Config> config) {
  if (!config->upload.enable) {
    return fail(ErrorCode::kUploadDisabled, "uploads are switched off: set upload.enable to true");
  }
  if (!head.has_body || head.content_length == 0u) {
    return fail(ErrorCode::kEmptyBody, "the request has no body: send a picture with it");
  }
  UploadRequest request{.route = route,
                        .client = head.client,
                        .config = std::move(config),
                        .content_length = head.content_length,
                        .multipart = std::nullopt,
                        .claimed = std::nullopt};
  auto status = parse_body_type(head.header("content-type"), request);
  if (status && route == UploadRoute::kImage) {
    status = parse_format_claim(head.header("x-image-format"), request);
  }
  if (!status) return std::unexpected(status.error());
  if (request.content_length.value_or(0) > request.max_body()) {
    return file_too_large(request.config->upload.max_bytes);
  }
  return request;
}

}  // namespace p3a
