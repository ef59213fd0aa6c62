// Announces the display on the local network through Avahi (RFC 6763), where Avahi runs.
//
// Publishes `_http._tcp` and `_p3a._tcp` with TXT records, under the host's own .local name plus,
// where it differs, an address record for `<name>.local`. Follows the daemon: when it restarts, or
// another machine has the name, the services come back by themselves (with "-2" behind the name).
// No Avahi, no D-Bus: one log line, and looking again until they are there. Runs a thread of its
// own; the public methods may be called on any thread.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "device/ports.h"

namespace p3a {

struct Announcement {
  std::string name;  ///< "p3a": the service's and the host's name
  std::uint16_t http_port = 0;
  std::vector<std::string> txt;  ///< "key=value" of our own service type, each at most 255 bytes
};

class Mdns {
 public:
  Mdns(Announcement announcement, Log& log);
  ~Mdns();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace p3a
