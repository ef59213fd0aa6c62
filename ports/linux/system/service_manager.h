// Tells systemd how the display is, as sd_notify(3) describes; where there is none, does nothing.
//
// One thread at a time.
#pragma once

#include <string>
#include <string_view>

namespace p3a {

class ServiceManager {
 public:
  /// `socket`: the value of $NOTIFY_SOCKET, empty for none.
  explicit ServiceManager(std::string_view socket);
  ServiceManager(const ServiceManager&) = delete;
  ServiceManager& operator=(const ServiceManager&) = delete;
  ~ServiceManager();

  void ready() { tell("READY=1"); }
  /// To be said more often than WatchdogSec; when it stays away, the service is restarted.
  void alive() { tell("WATCHDOG=1"); }
  void stopping() { tell("STOPPING=1"); }

 private:
  void tell(std::string_view state) const;

  int socket_ = -1;
};

}  // namespace p3a
