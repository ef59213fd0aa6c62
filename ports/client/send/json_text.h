// Writing JSON (RFC 8259): quoting, and setting out for people what is already JSON. Pure.
#pragma once

#include <string>
#include <string_view>

namespace p3a::sender {

/// With its quotes. Bytes that are no UTF-8 stay as they are.
std::string quoted(std::string_view text);

/// The same JSON, one member a line, two spaces a level.
std::string pretty_json(std::string_view json);

}  // namespace p3a::sender
