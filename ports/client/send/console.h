// Where p3a-send talks: JSON and answers on stdout, words for people on stderr, with a live line
// there when it is a terminal. What came from a display or a file name cannot move the cursor. One
// thread at a time.
#pragma once

#include <cstdio>
#include <string>
#include <string_view>

namespace p3a::sender {

class Console {
 public:
  Console(std::FILE* out, std::FILE* err, bool terminal)
      : out_(out), err_(err), terminal_(terminal) {}

  /// A line on stdout, there at once.
  void print(std::string_view text);
  /// A line for people.
  void say(std::string_view text);
  /// Replaces the line that stays at the bottom; nothing without a terminal.
  void show_live(std::string_view text);
  void end_live();
  bool terminal() const { return terminal_; }

 private:
  std::FILE* out_;
  std::FILE* err_;
  bool terminal_;
  bool live_ = false;
};

/// Control characters become "?"; line breaks stay where `lines`.
std::string harmless(std::string_view text, bool lines);

}  // namespace p3a::sender
