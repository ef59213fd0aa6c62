// A text message from a display (docs/PROTOCOL.md section 5) in a line for people. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace p3a::sender {

/// Of hello, touch, stats, source and error; nothing of others, and of what is no message.
std::optional<std::string> watch_words(std::string_view text);

}  // namespace p3a::sender
