// Where a file of the repository lies on the machine that built the tests, for tests that read test
// vectors, pictures or documents.
#pragma once

#include <string>
#include <string_view>

namespace p3a {

/// The absolute path of `path`, which is written from the root of the repository.
std::string repository_file(std::string_view path);

}  // namespace p3a
