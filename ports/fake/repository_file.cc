#include "ports/fake/repository_file.h"

namespace p3a {

std::string repository_file(std::string_view path) {
  return std::string(P3A_SOURCE_DIR "/").append(path);
}

}  // namespace p3a
