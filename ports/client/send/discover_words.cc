#include "ports/client/send/discover_words.h"

#include "ports/client/send/json_text.h"

namespace p3a::sender {

std::string display_words(const FoundDisplay& display) {
  const std::string size =
      display.width == 0 ? "size unknown"
                         : std::to_string(display.width) + "x" + std::to_string(display.height);
  return display.name + "  " + display.address + "  " + size + "  " +
         (display.device == Device::kStock ? "stock p3a" : "p3a-live");
}

std::string discovery_json(const Discovery& discovery) {
  std::string json = std::string("{\"ok\":") + (discovery.error.empty() ? "true" : "false");
  if (!discovery.error.empty()) json += ",\"error\":" + quoted(discovery.error);
  json += ",\"displays\":[";
  for (const FoundDisplay& display : discovery.displays) {
    if (json.back() != '[') json += ',';
    json += "{\"name\":" + quoted(display.name) + ",\"host\":" + quoted(display.host) +
            ",\"address\":" + quoted(display.address) + ",\"device\":\"" +
            (display.device == Device::kStock ? "p3a" : "live") +
            "\",\"width\":" + std::to_string(display.width) +
            ",\"height\":" + std::to_string(display.height) + "}";
  }
  return json + "]}";
}

}  // namespace p3a::sender
