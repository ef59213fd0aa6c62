// The page that the display serves at GET /, built into the program: no files to install.
//
// Everything is static and read-only; any thread.
#pragma once

#include <span>
#include <string_view>

#include "core/base/bytes.h"

namespace p3a {

struct WebAsset {
  std::string_view path;          ///< as requested: "/" for index.html, "/app.js"
  std::string_view content_type;  ///< with the charset
  std::string_view etag;          ///< quoted, changes with the content
  ByteView gzip;                  ///< the content, Content-Encoding: gzip
};

std::span<const WebAsset> web_assets();

}  // namespace p3a
