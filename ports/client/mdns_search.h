// Looks for services by asking the network itself, over IPv4, without any daemon: Windows, macOS,
// and Linux where no Avahi answers. Blocks for `patience`; any thread.
#pragma once

#include <string>
#include <vector>

#include "core/base/time.h"
#include "ports/client/service.h"

namespace p3a::sender {

struct MdnsSearch {
  std::vector<Service> services{};
  std::string error{};  ///< why nobody could be asked
};

MdnsSearch search_mdns(Micros patience);

}  // namespace p3a::sender
