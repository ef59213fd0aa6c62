// The chip's figures, log and watchdog, with fakes behind the declarations.
#include <esp_heap_caps.h>
#include <esp_log.h>
#include <esp_mac.h>
#include <esp_netif.h>
#include <gtest/gtest.h>

#include <cstdarg>
#include <map>

#include "device/api/memory_watch.h"
#include "ports/esp32p4/system/chip_clock.h"
#include "ports/esp32p4/system/chip_log.h"
#include "ports/esp32p4/system/chip_machine.h"
#include "ports/esp32p4/system/watchdog.h"
#include "ports/fake/fake_log.h"

namespace {

std::size_t internal_free = 300 * 1024;
std::uint32_t address = 0;
std::string logged;
std::map<std::string, int> resets;

}  // namespace

extern "C" {
int64_t esp_timer_get_time() { return 1234; }
size_t heap_caps_get_total_size(uint32_t) { return 30U << 20; }
size_t heap_caps_get_free_size(uint32_t caps) {
  return (caps & MALLOC_CAP_INTERNAL) != 0 ? internal_free : (4U << 20) + internal_free;
}
esp_netif_t* esp_netif_get_default_netif() { return reinterpret_cast<esp_netif_t*>(&address); }
esp_err_t esp_netif_get_ip_info(esp_netif_t*, esp_netif_ip_info_t* info) {
  info->ip.addr = address;
  return ESP_OK;
}
esp_err_t esp_efuse_mac_get_default(uint8_t* mac) {
  for (int i = 0; i < 6; ++i) mac[i] = static_cast<uint8_t>(0xA0 + i);
  return ESP_OK;
}
void esp_log_write(esp_log_level_t, const char*, const char* format, ...) {
  std::array<char, 200> text{};
  std::va_list more;
  va_start(more, format);
  std::vsnprintf(text.data(), text.size(), format, more);
  va_end(more);
  logged = text.data();
}
void esp_log_level_set(const char*, esp_log_level_t) {}
uint32_t esp_log_timestamp() { return 42; }
esp_err_t esp_task_wdt_add_user(const char* name, esp_task_wdt_user_handle_t* user) {
  const auto at = resets.emplace(name, 0).first;
  *user = reinterpret_cast<esp_task_wdt_user_handle_t>(&at->second);
  return ESP_OK;
}
esp_err_t esp_task_wdt_reset_user(esp_task_wdt_user_handle_t user) {
  ++*reinterpret_cast<int*>(user);
  return ESP_OK;
}
esp_err_t esp_task_wdt_delete_user(esp_task_wdt_user_handle_t) { return ESP_OK; }
}

namespace p3a {
namespace {

TEST(ChipMachine, SaysWhatIsLeftOfBothMemories) {
  ChipMachine machine;
  internal_free = 300 * 1024;
  const MachineStatus status = machine.status();
  EXPECT_EQ(status.available_bytes, (4U << 20) + 300U * 1024);
  EXPECT_EQ(status.internal_free_bytes, 300U * 1024);
  EXPECT_EQ(status.rss_bytes, (30U << 20) - status.available_bytes);
  EXPECT_EQ(status.address, "");
  address = 0x0702A8C0;  // as lwIP has it
  EXPECT_EQ(machine.status().address, "192.168.2.7");
  EXPECT_EQ(chip_id(), "p3a-a0a1a2a3a4a5");
}

TEST(ChipMachine, LittleInternalMemoryIsLoggedOnce) {
  ChipMachine machine;
  FakeLog log;
  MemoryWatch watch(log);
  for (const std::size_t kib : {300U, 101U, 99U, 98U, 150U, 60U, 201U, 150U})
    internal_free = kib * 1024, watch.update(machine.status());
  EXPECT_EQ(log.count("memory is low: 99 KiB of internal memory are left"), 1u);
  EXPECT_EQ(log.count("memory is low"), 1u);
  EXPECT_EQ(log.count("memory has recovered"), 1u);
}

TEST(ChipLog, ALineIsNoFormatAndNeedsNoEnd) {
  ChipLog log;
  log.write(LogLevel::kWarning, std::string_view("100%s of it", 9));
  EXPECT_EQ(logged, "W (42) p3a: 100%s of \n");
}

TEST(Watchdog, AThreadThatIsStuckIsNotVouchedFor) {
  resets.clear();
  Watchdog watchdog;
  ASSERT_EQ(resets.size(), 3u);
  watchdog.beat({}, {});
  watchdog.beat({.decode = 11s, .present = 1s}, {});
  watchdog.beat({.decode = 0s, .present = 11s}, 11s);
  EXPECT_EQ(resets["p3a network"], 2);
  EXPECT_EQ(resets["p3a decode"], 2);
  EXPECT_EQ(resets["p3a present"], 2);
}

TEST(ChipClock, CountsFromTheStart) {
  ChipClock clock;
  EXPECT_EQ(clock.now(), Instant(1234us));
  EXPECT_GT(clock.since_epoch(), Micros(0));
}

}  // namespace
}  // namespace p3a
