// Log lines on standard error: for people with time and level, for the journal with its priority
// prefix.
//
// Whatever a line holds comes out as one line of printable text: control characters, and those that
// turn the direction of writing, are written as \xNN. Any thread.
#pragma once

#include <memory>
#include <string>

#include "device/ports.h"

namespace spdlog {
class logger;
}

namespace p3a {

/// The line with control characters escaped, so that a file name cannot forge a line of its own.
std::string printable_line(std::string_view line);

class LinuxLog final : public Log {
 public:
  /// `for_journal`: standard error goes to systemd's journal, which has its own time stamps.
  explicit LinuxLog(bool for_journal);
  ~LinuxLog() override;
  void write(LogLevel level, std::string_view line) override;
  void set_level(LogLevel level);

 private:
  std::shared_ptr<spdlog::logger> logger_;
};

/// Whether standard error is the journal (JOURNAL_STREAM names its device and inode).
bool stderr_is_journal();

}  // namespace p3a
