#include "ports/client/service.h"

#include <algorithm>
#include <charconv>

namespace p3a::sender {
namespace {

std::string value_of(const Service& service, std::string_view key) {
  for (const std::string& item : service.txt) {
    if (item.size() > key.size() && item.starts_with(key) && item[key.size()] == '=') {
      return item.substr(key.size() + 1);
    }
  }
  return {};
}

std::uint32_t side_of(const Service& service, std::string_view key) {
  const std::string text = value_of(service, key);
  std::uint32_t side = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), side);
  return error == std::errc{} && end == text.data() + text.size() && side <= 65535 ? side : 0;
}

bool is_v6(const std::string& address) { return address.find(':') != std::string::npos; }

// How far an address serves, of "192.0.2.7:80" and "[fd00::7]:80".
int reach(const std::string& address) {
  if (address.starts_with("127.")) return 0;
  return address.starts_with('[') ? 1 : 2;
}

}  // namespace

std::optional<FoundDisplay> display_of(const Service& service) {
  if (service.port == 0 || service.address.empty()) return std::nullopt;
  FoundDisplay display;
  display.name = service.name;
  display.host = service.host;
  display.address = (is_v6(service.address) ? "[" + service.address + "]" : service.address) + ":" +
                    std::to_string(service.port);
  if (service.type == kDisplayService) {
    // Its certificate is for the name, and the address may be another one tomorrow.
    if (value_of(service, "tls") == "1" && !service.host.empty())
      display.address = "https://" + service.host + ":" + std::to_string(service.port);
    display.device = Device::kLive;
    display.width = side_of(service, "w");
    display.height = side_of(service, "h");
    return display;
  }
  const bool named = service.name == "p3a" || service.name.starts_with("p3a-");
  if (service.type != kHttpService || !named || !service.txt.empty()) return std::nullopt;
  display.device = Device::kStock;
  display.width = display.height = 720;
  return display;
}

std::vector<FoundDisplay> displays_of(const std::vector<Service>& services) {
  std::vector<FoundDisplay> found;
  for (const Service& service : services) {
    const auto display = display_of(service);
    if (!display) continue;
    const auto same = std::ranges::find_if(found, [&](const FoundDisplay& other) {
      return other.name == display->name && other.device == display->device;
    });
    if (same == found.end()) {
      found.push_back(*display);
    } else if (reach(display->address) > reach(same->address)) {
      *same = *display;
    }
  }
  std::ranges::sort(found, {}, &FoundDisplay::name);
  return found;
}

}  // namespace p3a::sender
