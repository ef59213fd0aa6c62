#include "core/base/error.h"

#include <algorithm>
#include <charconv>

namespace p3a {
namespace {

struct CodeRow {
  std::string_view name;
  int http_status;
};

CodeRow row_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInternal:
      return {"INTERNAL", 500};
    case ErrorCode::kEmptyBody:
      return {"EMPTY_BODY", 400};
    case ErrorCode::kUnknownFormat:
      return {"UNKNOWN_FORMAT", 400};
    case ErrorCode::kFormatMismatch:
      return {"FORMAT_MISMATCH", 400};
    case ErrorCode::kUnsupportedFeature:
      return {"UNSUPPORTED_FEATURE", 400};
    case ErrorCode::kDimensionsTooLarge:
      return {"DIMENSIONS_TOO_LARGE", 400};
    case ErrorCode::kDecodeFailed:
      return {"DECODE_FAILED", 400};
    case ErrorCode::kDecodeTimeout:
      return {"DECODE_TIMEOUT", 400};
    case ErrorCode::kDecodeLimit:
      return {"DECODE_LIMIT", 400};
    case ErrorCode::kBadRequest:
      return {"BAD_REQUEST", 400};
    case ErrorCode::kMissingContentType:
      return {"MISSING_CONTENT_TYPE", 400};
    case ErrorCode::kUnsupportedMediaType:
      return {"UNSUPPORTED_MEDIA_TYPE", 415};
    case ErrorCode::kMalformedMultipart:
      return {"MALFORMED_MULTIPART", 400};
    case ErrorCode::kMissingBoundary:
      return {"MISSING_BOUNDARY", 400};
    case ErrorCode::kNoFilename:
      return {"NO_FILENAME", 400};
    case ErrorCode::kInvalidFilename:
      return {"INVALID_FILENAME", 400};
    case ErrorCode::kLengthMismatch:
      return {"LENGTH_MISMATCH", 400};
    case ErrorCode::kFileTooLarge:
      return {"FILE_TOO_LARGE", 413};
    case ErrorCode::kPayloadTooLarge:
      return {"PAYLOAD_TOO_LARGE", 413};
    case ErrorCode::kHeadersTooLarge:
      return {"HEADERS_TOO_LARGE", 431};
    case ErrorCode::kUriTooLong:
      return {"URI_TOO_LONG", 414};
    case ErrorCode::kRequestTimeout:
      return {"REQUEST_TIMEOUT", 408};
    case ErrorCode::kNotImplemented:
      return {"NOT_IMPLEMENTED", 501};
    case ErrorCode::kNotFound:
      return {"NOT_FOUND", 404};
    case ErrorCode::kMethodNotAllowed:
      return {"METHOD_NOT_ALLOWED", 405};
    case ErrorCode::kForbiddenHost:
      return {"FORBIDDEN_HOST", 403};
    case ErrorCode::kForbiddenOrigin:
      return {"FORBIDDEN_ORIGIN", 403};
    case ErrorCode::kUnauthorized:
      return {"UNAUTHORIZED", 401};
    case ErrorCode::kUploadDisabled:
      return {"UPLOAD_DISABLED", 403};
    case ErrorCode::kBusy:
      return {"BUSY", 503};
    case ErrorCode::kShuttingDown:
      return {"SHUTTING_DOWN", 503};
    case ErrorCode::kUnhealthy:
      return {"UNHEALTHY", 503};
    case ErrorCode::kInvalidJson:
      return {"INVALID_JSON", 400};
    case ErrorCode::kUnknownKey:
      return {"UNKNOWN_KEY", 400};
    case ErrorCode::kInvalidValue:
      return {"INVALID_VALUE", 400};
    case ErrorCode::kStartOnly:
      return {"START_ONLY", 409};
    case ErrorCode::kStorageFull:
      return {"STORAGE_FULL", 507};
    case ErrorCode::kStorageUnavailable:
      return {"STORAGE_UNAVAILABLE", 503};
    case ErrorCode::kBadFrame:
      return {"BAD_FRAME", 400};
    case ErrorCode::kFrameTooLarge:
      return {"FRAME_TOO_LARGE", 413};
  }
  return {"INTERNAL", 500};
}

}  // namespace

std::string_view code_name(ErrorCode code) { return row_of(code).name; }

int http_status(ErrorCode code) { return row_of(code).http_status; }

Message& Message::append(std::string_view text) {
  const std::size_t take = std::min(text.size(), kCapacity - size_);
  std::copy_n(text.data(), take, text_.data() + size_);
  size_ = static_cast<std::uint8_t>(size_ + take);
  return *this;
}

Message& Message::append(std::uint64_t number) {
  std::array<char, 20> digits;  // 2^64 has 20
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  return append({digits.data(), static_cast<std::size_t>(end - digits.data())});
}

}  // namespace p3a
