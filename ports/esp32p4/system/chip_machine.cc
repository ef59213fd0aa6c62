#include "ports/esp32p4/system/chip_machine.h"

#include <esp_heap_caps.h>
#include <esp_mac.h>
#include <esp_netif.h>

#include <array>

namespace p3a {
namespace {

std::string network_address() {
  esp_netif_t* const network = esp_netif_get_default_netif();
  esp_netif_ip_info_t info{};
  if (network == nullptr || esp_netif_get_ip_info(network, &info) != ESP_OK || info.ip.addr == 0)
    return {};
  std::string text;
  for (int shift = 0; shift < 32; shift += 8)  // in network order: the first byte is the lowest
    text += (shift == 0 ? "" : ".") + std::to_string(info.ip.addr >> shift & 0xFF);
  return text;
}

}  // namespace

MachineStatus ChipMachine::status() {
  const std::uint64_t total = heap_caps_get_total_size(MALLOC_CAP_8BIT);
  const std::uint64_t free = heap_caps_get_free_size(MALLOC_CAP_8BIT);
  MachineStatus status;
  status.rss_bytes = total - free;
  status.available_bytes = free;
  status.internal_free_bytes = heap_caps_get_free_size(MALLOC_CAP_INTERNAL | MALLOC_CAP_8BIT);
  status.board = "ESP32-P4-WIFI6-Touch-LCD-4B";
  status.address = network_address();
  return status;
}

std::string chip_id() {
  std::array<std::uint8_t, 6> mac{};
  esp_efuse_mac_get_default(mac.data());
  std::string id = "p3a-";
  for (const std::uint8_t byte : mac) {
    id += "0123456789abcdef"[byte >> 4];
    id += "0123456789abcdef"[byte & 15];
  }
  return id;
}

}  // namespace p3a
