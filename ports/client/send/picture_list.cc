#include "ports/client/send/picture_list.h"

#include <algorithm>
#include <filesystem>

#include "core/image/image.h"

namespace p3a::sender {
namespace {

namespace fs = std::filesystem;

bool looks_like_picture(const fs::directory_entry& entry) {
  std::error_code error;
  const std::string name = entry.path().filename().string();
  const std::string ending = entry.path().extension().string();
  return !name.starts_with('.') && !ending.empty() && format_from_name(ending.substr(1)) &&
         entry.is_regular_file(error);
}

}  // namespace

std::vector<std::string> list_pictures(const std::vector<std::string>& named) {
  std::vector<std::string> files;
  for (const std::string& name : named) {
    std::error_code error;
    if (!fs::is_directory(name, error)) {
      files.push_back(name);
      continue;
    }
    const auto first = static_cast<std::ptrdiff_t>(files.size());
    for (fs::directory_iterator at(name, error), end; !error && at != end; at.increment(error)) {
      if (looks_like_picture(*at)) files.push_back(at->path().string());
    }
    std::sort(files.begin() + first, files.end());
  }
  return files;
}

}  // namespace p3a::sender
