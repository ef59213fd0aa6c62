#include "ports/esp32p4/system/mdns_name.h"

#include <mdns.h>

#include <array>
#include <string>

namespace p3a {

Status announce(const Config& config, std::string_view version, bool wants_token) {
  const std::string width = std::to_string(config.panel.width);
  const std::string height = std::to_string(config.panel.height);
  const std::string text(version);
  // As the display on Linux announces itself: senders read these.
  std::array<mdns_txt_item_t, 10> txt{{{"txtvers", "1"},
                                       {"name", config.mdns.name.c_str()},
                                       {"w", width.c_str()},
                                       {"h", height.c_str()},
                                       {"fmt", "jpeg,png,webp,gif,p3x"},
                                       {"proto", "http"},
                                       {"api", "1"},
                                       {"ver", text.c_str()},
                                       {"auth", wants_token ? "token" : "none"},
                                       {"tls", "0"}}};
  mdns_txt_item_t path{"path", "/"};
  const char* const name = config.mdns.name.c_str();
  const bool told =
      mdns_init() == ESP_OK && mdns_hostname_set(name) == ESP_OK &&
      mdns_instance_name_set(name) == ESP_OK &&
      mdns_service_add(name, "_http", "_tcp", config.http.port, &path, 1) == ESP_OK &&
      mdns_service_add(name, "_p3a", "_tcp", config.http.port, txt.data(), txt.size()) == ESP_OK;
  if (told) return {};
  return fail(ErrorCode::kInternal,
              "mDNS does not start: the display is found by its address only");
}

}  // namespace p3a
