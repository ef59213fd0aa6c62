// A picture file as a stock p3a (firmware 1.1) takes it at POST /upload: the type comes from the
// name's ending, and the name becomes that of a file on a FAT card and stands unescaped in the
// answer. Pure.
#pragma once

#include <string>
#include <string_view>

#include "core/base/error.h"

namespace p3a::sender {

/// What the whole form may take, head and tail with it.
inline constexpr std::size_t kStockUploadBytes = 16u << 20;

/// The file's own name without folders in letters, digits, '.', '-' and '_', others being '_', 100
/// at most. Errors: kInvalidFilename, kUnknownFormat (an ending that it does not know).
Result<std::string> stock_file_name(std::string_view filename);

}  // namespace p3a::sender
