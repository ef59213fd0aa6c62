#pragma once
#include <cstdint>
extern "C" {
typedef enum {
  ESP_LOG_NONE,
  ESP_LOG_ERROR,
  ESP_LOG_WARN,
  ESP_LOG_INFO,
  ESP_LOG_DEBUG
} esp_log_level_t;
void esp_log_write(esp_log_level_t level, const char* tag, const char* format, ...)
    __attribute__((format(printf, 3, 4)));
void esp_log_level_set(const char* tag, esp_log_level_t level);
uint32_t esp_log_timestamp(void);
}
