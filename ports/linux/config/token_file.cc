#include "ports/linux/config/token_file.h"

#include <sys/stat.h>

#include <algorithm>
#include <fstream>

namespace p3a {

Result<std::string> read_token(const std::string& path) {
  constexpr std::size_t kLeast = 16;  // what nobody guesses
  constexpr std::size_t kMost = 512;
  if (path.empty()) return std::string();
  std::ifstream file(path);
  std::string token;
  if (!std::getline(file, token)) {
    return fail(ErrorCode::kInvalidValue, "auth.token_file: there is no token to read in ",
                std::string_view(path), ": write one line to it, and let this program read it");
  }
  if (token.ends_with('\r')) token.pop_back();
  const bool printable = std::ranges::all_of(token, [](char c) { return c > ' ' && c <= '~'; });
  if (!printable || token.size() < kLeast || token.size() > kMost) {
    return fail(ErrorCode::kInvalidValue, "auth.token_file: the token in ", std::string_view(path),
                " must be one line of ", kLeast, " to ", kMost,
                " letters, digits and signs without spaces");
  }
  return token;
}

bool others_may_read(const std::string& path) {
  struct stat status{};
  return stat(path.c_str(), &status) == 0 && (status.st_mode & S_IROTH) != 0;
}

}  // namespace p3a
