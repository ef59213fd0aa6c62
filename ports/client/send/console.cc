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
  for (char& c : clean) {
    const bool control = static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
    if (control && !(lines && c == '\n')) c = '?';
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
