#include "device/config/announcement.h"

namespace p3a {

TxtRecord txt_record(const Config& config, std::string_view version, bool wants_token, bool tls) {
  return {{"txtvers", "1"},
          {"name", config.mdns.name},
          {"w", std::to_string(config.panel.width)},
          {"h", std::to_string(config.panel.height)},
          {"fmt", "jpeg,png,webp,gif,p3x"},
          {"proto", tls ? "https" : "http"},
          {"api", "1"},
          {"ver", std::string(version)},
          {"auth", wants_token ? "token" : "none"},
          {"tls", tls ? "1" : "0"}};
}

}  // namespace p3a
