#include "ports/esp32p4/system/watchdog.h"

namespace p3a {

Watchdog::Watchdog() {
  constexpr std::array kNames{"p3a network", "p3a decode", "p3a present"};
  for (std::size_t i = 0; i < users_.size(); ++i)
    if (esp_task_wdt_add_user(kNames[i], &users_[i]) != ESP_OK) users_[i] = nullptr;
}

Watchdog::~Watchdog() {
  for (const esp_task_wdt_user_handle_t user : users_)
    if (user != nullptr) esp_task_wdt_delete_user(user);
}

void Watchdog::beat(const ThreadTimes& threads, Micros streams) {
  const auto vouch = [this](Thread thread, Micros busy) {
    if (users_[thread] != nullptr && busy <= kStuckAfter) esp_task_wdt_reset_user(users_[thread]);
  };
  vouch(kNetwork, streams);
  vouch(kDecode, threads.decode);
  vouch(kPresent, threads.present);
}

}  // namespace p3a
