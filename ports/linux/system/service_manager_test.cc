#include "ports/linux/system/service_manager.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstring>

namespace p3a {
namespace {

std::string received(int socket) {
  std::array<char, 64> text{};
  const auto size = recv(socket, text.data(), text.size(), MSG_DONTWAIT);
  return {text.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0))};
}

TEST(ServiceManager, SaysHowTheDisplayIs) {
  const std::string path = testing::TempDir() + "notify." + std::to_string(getpid());
  unlink(path.c_str());
  const int manager = socket(AF_UNIX, SOCK_DGRAM, 0);
  sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
  std::memcpy(address.sun_path, path.c_str(), path.size());
  ASSERT_EQ(bind(manager, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  ServiceManager service(path);
  service.ready();
  service.alive();
  service.stopping();
  EXPECT_EQ(received(manager), "READY=1");
  EXPECT_EQ(received(manager), "WATCHDOG=1");
  EXPECT_EQ(received(manager), "STOPPING=1");
  close(manager);
  unlink(path.c_str());
  service.alive();  // the manager has gone: nothing happens
}

TEST(ServiceManager, WithoutOneDoesNothing) {
  ServiceManager("").ready();
  ServiceManager("/no/such/socket").ready();
  ServiceManager(std::string(200, 'x')).ready();
}

}  // namespace
}  // namespace p3a
