// An error is a value: a stable code for programs and a sentence for people that says what to do.
//
// Errors are built with fail(), carried in Result<T> or Status and never thrown. The sentence is
// kept inside the error (no heap), cut at Message::kCapacity bytes. Safe to copy between threads.
#pragma once

#include <array>
#include <concepts>
#include <cstdint>
#include <expected>
#include <span>
#include <string_view>

namespace p3a {

/// The codes are part of the interface (docs/API_UPLOAD.md): add, never rename.
enum class ErrorCode : std::uint8_t {
  kInternal,  // first: what a default means
  // pictures
  kEmptyBody,
  kUnknownFormat,
  kFormatMismatch,
  kUnsupportedFeature,
  kDimensionsTooLarge,
  kDecodeFailed,
  kDecodeTimeout,
  kDecodeLimit,
  // requests
  kBadRequest,
  kMissingContentType,
  kUnsupportedMediaType,
  kMalformedMultipart,
  kMissingBoundary,
  kNoFilename,
  kInvalidFilename,
  kLengthMismatch,
  kFileTooLarge,
  kPayloadTooLarge,
  kHeadersTooLarge,
  kUriTooLong,
  kRequestTimeout,
  kNotImplemented,
  kNotFound,
  kMethodNotAllowed,
  kForbiddenHost,
  kForbiddenOrigin,
  kUnauthorized,
  kUploadDisabled,
  kBusy,
  kShuttingDown,
  kUnhealthy,
  // configuration
  kInvalidJson,
  kUnknownKey,
  kInvalidValue,
  kStartOnly,
  // storage
  kStorageFull,
  kStorageUnavailable,
  // stream
  kBadFrame,
  kFrameTooLarge,
};

/// "UPPER_SNAKE", the same on every transport.
std::string_view code_name(ErrorCode code);

/// The HTTP status that goes with a code, 400 to 599.
int http_status(ErrorCode code);

/// A sentence without heap: appends until full, then drops the rest.
class Message {
 public:
  static constexpr std::size_t kCapacity = 220;

  Message& append(std::string_view text);
  Message& append(std::uint64_t number);
  std::string_view view() const { return {text_.data(), size_}; }

 private:
  std::array<char, kCapacity> text_{};
  std::uint8_t size_ = 0;
};

struct Error {
  ErrorCode code = ErrorCode::kInternal;
  Message message;
};

template <class T>
using Result = std::expected<T, Error>;
using Status = std::expected<void, Error>;

namespace detail {
inline void append_part(Message& message, std::string_view part) { message.append(part); }
template <std::integral Number>
void append_part(Message& message, Number part) {
  message.append(static_cast<std::uint64_t>(part));
}
}  // namespace detail

/// Builds an error from text and non-negative whole numbers: fail(code, "it is ", width, " wide").
template <class... Parts>
[[nodiscard]] std::unexpected<Error> fail(ErrorCode code, const Parts&... parts) {
  Error error{.code = code, .message = {}};
  (detail::append_part(error.message, parts), ...);
  return std::unexpected(error);
}

}  // namespace p3a
