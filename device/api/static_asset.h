// A file of the page, built into the program. Plain values over static memory.
#pragma once

#include <string_view>

#include "core/base/bytes.h"

namespace p3a {

struct StaticAsset {
  std::string_view path;          ///< "/app.js"
  std::string_view content_type;  ///< "text/javascript; charset=utf-8"
  std::string_view etag;          ///< quoted, of the content
  ByteView plain;
  ByteView gzip;
};

}  // namespace p3a
