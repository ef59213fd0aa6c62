// What the head of an upload says, checked before a byte of the body is taken.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "device/config/config.h"
#include "device/exchange.h"
#include "device/upload/multipart.h"

namespace p3a {

enum class UploadRoute : std::uint8_t {
  kImage,   ///< POST /upload/image: kept under upload.save_path
  kLegacy,  ///< POST /upload of today's p3a: kept under the client's own file name
};

struct UploadRequest {
  /// What multipart may add to the file itself.
  static constexpr std::uint64_t kMultipartRoom = 4096;

  UploadRoute route = UploadRoute::kImage;
  std::string client;
  std::shared_ptr<const Config> config;
  std::optional<std::uint64_t> content_length;
  std::optional<MultipartParser> multipart;  ///< nothing: the body is the file
  std::optional<ImageFormat> claimed;        ///< the format that the head announces

  std::uint64_t max_body() const {
    return config->upload.max_bytes + (multipart ? kMultipartRoom : 0);
  }
};

/// Errors: kUploadDisabled, kEmptyBody, kMissingContentType, kUnsupportedMediaType,
/// kMissingBoundary, kUnknownFormat, kFormatMismatch, kFileTooLarge. Pure; any thread.
Result<UploadRequest> parse_upload_request(UploadRoute route, const RequestHead& head,
                                           std::shared_ptr<const Config> config);

/// The error of a file above upload.max_bytes.
std::unexpected<Error> file_too_large(std::uint64_t max_bytes);

}  // namespace p3a
