#include "sender/stock_file.h"

#include <algorithm>
#include <iterator>

namespace p3a::sender {
namespace {

constexpr std::size_t kLongestName = 100;
constexpr std::string_view kEndings[] = {"webp", "gif", "jpg", "jpeg", "png", "apng", "bmp"};

bool is_plain(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
         c == '_';
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

}  // namespace

Result<std::string> stock_file_name(std::string_view filename) {
  const std::string_view name = filename.substr(filename.find_last_of("/\\") + 1);
  const auto dot = name.rfind('.');
  if (dot == std::string_view::npos || dot == 0) {
    return fail(ErrorCode::kInvalidFilename,
                "A stock p3a tells a picture by its name's ending: name it as NAME.png.");
  }
  const std::string ending = lower(name.substr(dot + 1));
  if (std::ranges::find(kEndings, ending) == std::end(kEndings)) {
    return fail(ErrorCode::kUnknownFormat,
                "A stock p3a takes webp, gif, jpg, png, apng and bmp files, not \".", ending,
                "\".");
  }
  std::string plain(name.substr(0, std::min(dot, kLongestName - 1 - ending.size())));
  // Two dots in a row are refused, and one in front hides a file.
  for (std::size_t i = 0; i < plain.size(); ++i) {
    const bool single_dot =
        plain[i] == '.' && i != 0 && plain[i - 1] != '.' && i + 1 != plain.size();
    if (!is_plain(plain[i]) && !single_dot) plain[i] = '_';
  }
  return plain + "." + ending;
}

}  // namespace p3a::sender
