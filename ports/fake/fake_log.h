// A log that keeps its lines for the test to read. Any thread.
#pragma once

#include <algorithm>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "device/ports.h"

namespace p3a {

struct LogLine {
  LogLevel level = LogLevel::kDebug;
  std::string text;
};

class FakeLog final : public Log {
 public:
  void write(LogLevel level, std::string_view line) override {
    const std::lock_guard lock(mutex_);
    lines_.push_back({level, std::string(line)});
  }

  std::vector<LogLine> lines() const {
    const std::lock_guard lock(mutex_);
    return lines_;
  }
  /// How many lines contain the text.
  std::size_t count(std::string_view text) const {
    const std::lock_guard lock(mutex_);
    const auto has_text = [&](const LogLine& line) { return line.text.contains(text); };
    return static_cast<std::size_t>(std::ranges::count_if(lines_, has_text));
  }
  bool contains(std::string_view text) const { return count(text) > 0; }

 private:
  mutable std::mutex mutex_;
  std::vector<LogLine> lines_;
};

}  // namespace p3a
