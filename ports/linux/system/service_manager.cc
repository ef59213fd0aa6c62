#include "ports/linux/system/service_manager.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>

namespace p3a {

ServiceManager::ServiceManager(std::string_view socket) {
  sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
  if (socket.empty() || socket.size() >= sizeof address.sun_path) return;
  std::ranges::copy(socket, address.sun_path);
  if (socket[0] == '@') address.sun_path[0] = '\0';  // the abstract namespace
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + socket.size());
  socket_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (socket_ < 0) return;
  if (connect(socket_, reinterpret_cast<const sockaddr*>(&address), length) == 0) return;
  close(socket_);
  socket_ = -1;
}

ServiceManager::~ServiceManager() {
  if (socket_ >= 0) close(socket_);
}

// A state that is lost is said again a second later, or the service manager draws its conclusions.
void ServiceManager::tell(std::string_view state) const {
  if (socket_ >= 0) [[maybe_unused]]
    const auto sent = send(socket_, state.data(), state.size(), MSG_NOSIGNAL);
}

}  // namespace p3a
