#include "ports/linux/system/linux_log.h"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>

namespace p3a {
namespace {

spdlog::level::level_enum spdlog_level(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return spdlog::level::debug;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarning:
      return spdlog::level::warn;
    case LogLevel::kError:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

// sd-daemon(3): a line that begins with <N> has syslog's priority N.
class JournalPriority final : public spdlog::custom_flag_formatter {
 public:
  void format(const spdlog::details::log_msg& message, const std::tm&,
              spdlog::memory_buf_t& out) override {
    std::string_view prefix = "<6>";
    if (message.level == spdlog::level::debug) prefix = "<7>";
    if (message.level == spdlog::level::warn) prefix = "<4>";
    if (message.level == spdlog::level::err) prefix = "<3>";
    out.append(prefix.data(), prefix.data() + prefix.size());
  }
  std::unique_ptr<custom_flag_formatter> clone() const override {
    return std::make_unique<JournalPriority>();
  }
};

// U+0080 to U+009F in UTF-8: to some terminals one of them begins a command, as ESC does.
bool is_c1(std::string_view text) {
  return text.size() > 1 && text[0] == '\xC2' && static_cast<unsigned char>(text[1]) < 0xA0;
}

}  // namespace

std::string printable_line(std::string_view line) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  out.reserve(line.size());
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte != 0x7F && !is_c1(line.substr(i)) &&
        (i == 0 || !is_c1(line.substr(i - 1)))) {
      out += c;
    } else {
      out += "\\x";
      out += kDigits[byte >> 4];
      out += kDigits[byte & 15];
    }
  }
  return out;
}

LinuxLog::LinuxLog(bool for_journal)
    : logger_(std::make_shared<spdlog::logger>("p3a",
                                               std::make_shared<spdlog::sinks::stderr_sink_mt>())) {
  auto formatter = std::make_unique<spdlog::pattern_formatter>();
  if (for_journal) {
    formatter->add_flag<JournalPriority>('*').set_pattern("%*%v");
  } else {
    formatter->set_pattern("%H:%M:%S.%e %^%l%$ %v");
  }
  logger_->set_formatter(std::move(formatter));
  logger_->flush_on(spdlog::level::trace);
}

LinuxLog::~LinuxLog() = default;

void LinuxLog::write(LogLevel level, std::string_view line) {
  logger_->log(spdlog_level(level), printable_line(line));
}

void LinuxLog::set_level(LogLevel level) { logger_->set_level(spdlog_level(level)); }

bool stderr_is_journal() {
  const char* stream = std::getenv("JOURNAL_STREAM");  // "device:inode"
  struct stat status{};
  if (stream == nullptr || fstat(STDERR_FILENO, &status) != 0) return false;
  return std::to_string(status.st_dev) + ":" + std::to_string(status.st_ino) == stream;
}

}  // namespace p3a
