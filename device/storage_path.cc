#include <cstddef>

#include "device/ports.h"

namespace p3a {
namespace {

constexpr std::size_t kMaxPathBytes = 512;
constexpr std::size_t kMaxPartBytes = 255;

bool valid_part(std::string_view part) {
  return !part.empty() && part.size() <= kMaxPartBytes && part != "." && part != ".." &&
         part.find('\0') == std::string_view::npos;
}

}  // namespace

Result<StoragePath> StoragePath::parse(std::string_view text) {
  const auto refuse = [] {
    return fail(
        ErrorCode::kInvalidFilename,
        "this is no name for a file below the storage folder: use letters, digits, '-', '_' and "
        "'.', parts separated by '/', at most 255 bytes a part");
  };
  if (text.size() > kMaxPathBytes) return refuse();
  for (std::size_t begin = 0;;) {
    const std::size_t end = text.find('/', begin);
    if (!valid_part(text.substr(begin, end - begin))) return refuse();
    if (end == std::string_view::npos) break;
    begin = end + 1;
  }
  return StoragePath(std::string(text));
}

std::optional<StoragePath> StoragePath::folder() const {
  const std::size_t slash = text_.rfind('/');
  if (slash == std::string::npos) return std::nullopt;
  return StoragePath(text_.substr(0, slash));
}

std::string_view StoragePath::name() const {
  const std::size_t slash = text_.rfind('/');
  return std::string_view(text_).substr(slash == std::string::npos ? 0 : slash + 1);
}

}  // namespace p3a
