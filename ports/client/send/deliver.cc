// p3a-send upload|raw: files over HTTP, one after the other, to each display.
#include <cerrno>
#include <cstring>
#include <expected>
#include <filesystem>
#include <fstream>

#include "ports/client/send/answers.h"
#include "ports/client/send/commands.h"
#include "ports/client/send/json_text.h"

namespace p3a::sender {
namespace {

constexpr std::size_t kMaxBytes = 64u << 20;  // beyond what any display takes

std::expected<std::string, std::string> read_file(const std::string& path) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) return std::unexpected("it is a folder");
  errno = 0;
  std::ifstream in(path, std::ios::binary);
  if (!in) return std::unexpected(std::strerror(errno));
  std::string bytes;
  std::string piece(1 << 16, '\0');
  while (bytes.size() <= kMaxBytes && in) {
    in.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    bytes.append(piece, 0, static_cast<std::size_t>(in.gcount()));
  }
  if (in.bad()) return std::unexpected("it cannot be read to its end");
  if (bytes.size() > kMaxBytes) return std::unexpected("it is larger than 64 MiB");
  return bytes;
}

std::string bar(const std::string& file, const std::string& to, std::size_t sent,
                std::size_t total) {
  constexpr std::size_t kWidth = 30;
  const std::size_t done = total == 0 ? kWidth : sent * kWidth / total;
  return file + " to " + to + " [" + std::string(done, '#') + std::string(kWidth - done, '.') +
         "] " + std::to_string(total == 0 ? 100 : sent * 100 / total) + "%";
}

Reply deliver(Command command, Display& display, const std::string& file, const std::string& bytes,
              const Display::Progress& progress) {
  return command == Command::kUpload ? display.upload(file, bytes.data(), bytes.size(), progress)
                                     : display.raw(bytes.data(), bytes.size(), progress);
}

void report(const Answer& answer, const SendOptions& options, Console& console) {
  const std::string what = answer.file + " to " + answer.to + ": ";
  if (!answer.reply.ok) return console.say(what + why_not(answer.reply));
  if (!options.json) console.print(pretty_json(answer.reply.json));
  console.say(what + (options.command == Command::kUpload ? "in the rotation." : "on the panel."));
}

}  // namespace

int run_deliver(const SendOptions& options, Console& console) {
  std::vector<Display> displays;
  for (const std::string& to : options.to) {
    displays.emplace_back(to, options.token, options.device).set_ca_file(options.ca_file);
  }
  std::vector<Answer> answers;
  for (const std::string& file : options.files) {
    const auto bytes = read_file(file);
    for (std::size_t i = 0; i < displays.size(); ++i) {
      Answer answer{.file = file, .to = options.to[i]};
      if (bytes) {
        answer.reply = deliver(options.command, displays[i], file, *bytes,
                               [&](std::size_t sent, std::size_t total) {
                                 console.show_live(bar(file, options.to[i], sent, total));
                               });
      } else {
        answer.reply.code = "FILE_NOT_READ";
        answer.reply.error = "The file cannot be sent: " + bytes.error() + ".";
      }
      report(answer, options, console);
      answers.push_back(std::move(answer));
    }
  }
  if (options.json) console.print(answers_json(answers));
  return all_ok(answers) ? kExitDone : kExitFailed;
}

}  // namespace p3a::sender
