#include "ports/client/service.h"

#include <gtest/gtest.h>

namespace p3a::sender {
namespace {

Service ours(std::string name, std::string address) {
  return {.type = kDisplayService,
          .name = std::move(name),
          .host = "left.local",
          .address = std::move(address),
          .port = 8080,
          .txt = {"txtvers=1", "w=720", "h=480", "width=9"}};
}

TEST(Service, OurDisplaysSayTheirSize) {
  const auto display = display_of(ours("left", "192.0.2.7"));
  ASSERT_TRUE(display);
  EXPECT_EQ(display->name, "left");
  EXPECT_EQ(display->host, "left.local");
  EXPECT_EQ(display->address, "192.0.2.7:8080");
  EXPECT_EQ(display->device, Device::kLive);
  EXPECT_EQ(display->width, 720u);
  EXPECT_EQ(display->height, 480u);
}

TEST(Service, OneWithTlsIsReachedByTheNameThatItsCertificateIsFor) {
  Service service = ours("left", "192.0.2.7");
  service.txt.emplace_back("tls=1");
  EXPECT_EQ(display_of(service)->address, "https://left.local:8080");
}

TEST(Service, RubbishInTheRecordsIsNoSize) {
  Service service = ours("left", "192.0.2.7");
  service.txt = {"w=-3", "h=99999999999", "w"};
  const auto display = display_of(service);
  ASSERT_TRUE(display);
  EXPECT_EQ(display->width, 0u);
  EXPECT_EQ(display->height, 0u);
}

TEST(Service, AStockP3aIsAWebServerOfThatNameAndNothingElse) {
  Service service{.type = kHttpService,
                  .name = "p3a",
                  .host = "p3a.local",
                  .address = "192.0.2.9",
                  .port = 80,
                  .txt = {}};
  for (const char* name : {"p3a", "p3a-kitchen", "p3a-2"}) {
    service.name = name;
    const auto display = display_of(service);
    ASSERT_TRUE(display) << name;
    EXPECT_EQ(display->device, Device::kStock);
    EXPECT_EQ(display->address, "192.0.2.9:80");
  }
  for (const char* name : {"printer", "p3", "p3album", "P3A WiFi Setup"}) {
    service.name = name;
    EXPECT_FALSE(display_of(service)) << name;
  }
  service.name = "p3a";
  service.txt = {"path=/"};  // ours, which is announced by its own type
  EXPECT_FALSE(display_of(service));
}

TEST(Service, TheSameDisplayOverSeveralNetworksCountsOnceWithTheAddressThatServesMost) {
  const auto displays = displays_of({ours("right", "192.0.2.8"), ours("left", "fd00::7"),
                                     ours("left", "192.0.2.7"), ours("left", "198.51.100.7"),
                                     ours("right", "127.0.0.1"), ours("near", "127.0.0.1")});
  ASSERT_EQ(displays.size(), 3u);
  EXPECT_EQ(displays[0].address, "192.0.2.7:8080");
  EXPECT_EQ(displays[1].address, "127.0.0.1:8080");
  EXPECT_EQ(displays[2].address, "192.0.2.8:8080");
  EXPECT_EQ(displays_of({ours("a", "fd00::7")})[0].address, "[fd00::7]:8080");
}

}  // namespace
}  // namespace p3a::sender
