#include "ports/client/send/console.h"

namespace p3a::sender {
namespace {

void write(std::FILE* file, std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), file);
  std::fflush(file);
}

}  // namespace

std::string harmless(std::string_view text, bool lines) {
  std::string clean(text);
  for (std::size_t i = 0; i < clean.size(); ++i) {
    const auto byte = static_cast<unsigned char>(clean[i]);
    const bool control = byte < 0x20 || byte == 0x7F;
    if (control && !(lines && byte == '\n')) clean[i] = '?';
    // U+0080 to U+009F in UTF-8 are commands to some terminals, too.
    if (byte == 0xC2 && i + 1 < clean.size() && static_cast<unsigned char>(clean[i + 1]) < 0xA0)
      clean[i] = clean[i + 1] = '?';
  }
  return clean;
}

void Console::print(std::string_view text) {
  end_live();
  write(out_, harmless(text, true) + "\n");
}

void Console::say(std::string_view text) {
  end_live();
  write(err_, harmless(text, false) + "\n");
}

void Console::show_live(std::string_view text) {
  if (!terminal_) return;
  live_ = true;
  write(err_, "\r" + harmless(text, false) + "\x1b[K");
}

void Console::end_live() {
  if (live_) write(err_, "\r\x1b[K");
  live_ = false;
}

}  // namespace p3a::sender
