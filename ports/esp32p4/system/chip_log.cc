#include "ports/esp32p4/system/chip_log.h"

#include <esp_log.h>

namespace p3a {
namespace {

constexpr const char* kTag = "p3a";

esp_log_level_t level_of(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return ESP_LOG_DEBUG;
    case LogLevel::kInfo:
      return ESP_LOG_INFO;
    case LogLevel::kWarning:
      return ESP_LOG_WARN;
    case LogLevel::kError:
      return ESP_LOG_ERROR;
  }
  return ESP_LOG_ERROR;
}

}  // namespace

// The text is never a format.
void ChipLog::write(LogLevel level, std::string_view line) {
  constexpr std::string_view kLetters = "DIWE";
  esp_log_write(level_of(level), kTag, "%c (%lu) %s: %.*s\n",
                kLetters[static_cast<std::size_t>(level)],
                static_cast<unsigned long>(esp_log_timestamp()), kTag,
                static_cast<int>(line.size()), line.data());
}

void ChipLog::set_level(LogLevel level) { esp_log_level_set(kTag, level_of(level)); }

}  // namespace p3a
