// The token of auth.token_file.
#pragma once

#include <string>

#include "core/base/error.h"

namespace p3a {

/// The file's one line: 16 to 512 printable ASCII characters without spaces; an empty path is an
/// empty token. Error: kInvalidValue with a sentence that says what to do; the file's content is in
/// none.
Result<std::string> read_token(const std::string& path);
/// Whether other users of the machine may read the file.
bool others_may_read(const std::string& path);

}  // namespace p3a
