#include "ports/esp32p4/system/mdns_name.h"

#include <mdns.h>

#include <vector>

#include "device/config/announcement.h"

namespace p3a {

Status announce(const Config& config, std::string_view version, bool wants_token) {
  const TxtRecord record = txt_record(config, version, wants_token, false);
  std::vector<mdns_txt_item_t> txt;
  for (const auto& [key, value] : record) txt.push_back({key, value.c_str()});
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
