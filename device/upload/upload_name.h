// What uploaded files are called. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

#include "device/ports.h"

namespace p3a {

/// Where today's p3a keeps the pictures that POST /upload brings.
inline constexpr std::string_view kAnimationsFolder = "animations";

/// A file name that a client chose, made safe.
struct ClientFileName {
  std::string name;                        ///< without folders
  StoragePath path;                        ///< in kAnimationsFolder
  ImageFormat format = ImageFormat::kPng;  ///< that its ending announces
};

/// Takes what comes after the last '/' and '\'. Errors: kInvalidFilename (empty, hidden, "..",
/// control characters, above 143 bytes: p3a's index skips longer ones), kUnsupportedMediaType (an
/// ending that is none of ours).
Result<ClientFileName> parse_client_file_name(std::string_view filename);

/// "-20260723-142501-042": UTC, to the millisecond; sorts by time.
std::string timestamp_suffix(Micros since_epoch);

/// `path` with text after it. Error: kInvalidFilename when that is too long.
Result<StoragePath> appended(const StoragePath& path, std::string_view text);

/// A file in `folder`, or in the root without one.
Result<StoragePath> inside(const std::optional<StoragePath>& folder, std::string_view name);

}  // namespace p3a
