#include "ports/esp32p4/board/wifi.h"

#include <esp_event.h>
#include <esp_netif.h>
#include <esp_wifi.h>

#include <algorithm>
#include <cstring>

namespace p3a {
namespace {

// Joining takes seconds and is told by an event again, so that trying at once does no harm.
void on_wifi_event(void* log, esp_event_base_t, std::int32_t id, void*) {
  if (id == WIFI_EVENT_STA_DISCONNECTED)
    static_cast<Log*>(log)->write(LogLevel::kWarning,
                                  "Wi-Fi: not connected; trying again (is the name or the "
                                  "password wrong? idf.py menuconfig)");
  if (id == WIFI_EVENT_STA_START || id == WIFI_EVENT_STA_DISCONNECTED) esp_wifi_connect();
}

template <std::size_t kSize>
void put(std::uint8_t (&field)[kSize], const char* text) {
  std::memcpy(field, text, std::min(kSize, std::strlen(text)));
}

}  // namespace

Status start_wifi(const char* ssid, const char* password, const char* name, Log& log) {
  wifi_init_config_t init = WIFI_INIT_CONFIG_DEFAULT();
  wifi_config_t config{};
  put(config.sta.ssid, ssid);
  put(config.sta.password, password);
  const bool prepared = esp_netif_init() == ESP_OK && esp_event_loop_create_default() == ESP_OK;
  esp_netif_t* const network = prepared ? esp_netif_create_default_wifi_sta() : nullptr;
  // No sleep between beacons: it would cost up to 100 ms for each frame.
  const bool started =
      network != nullptr && esp_netif_set_hostname(network, name) == ESP_OK &&
      esp_wifi_init(&init) == ESP_OK &&
      esp_event_handler_register(WIFI_EVENT, ESP_EVENT_ANY_ID, &on_wifi_event, &log) == ESP_OK &&
      esp_wifi_set_mode(WIFI_MODE_STA) == ESP_OK &&
      esp_wifi_set_config(WIFI_IF_STA, &config) == ESP_OK && esp_wifi_start() == ESP_OK &&
      esp_wifi_set_ps(WIFI_PS_NONE) == ESP_OK;
  if (started) return {};
  return fail(ErrorCode::kInternal,
              "Wi-Fi does not start: does the board's second chip have its own firmware?");
}

}  // namespace p3a
