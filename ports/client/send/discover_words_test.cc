#include "ports/client/send/discover_words.h"

#include <gtest/gtest.h>

namespace p3a::sender {
namespace {

const FoundDisplay kLeft{.name = "left \"1\"",
                         .host = "left.local",
                         .address = "192.0.2.7:8080",
                         .device = Device::kLive,
                         .width = 720,
                         .height = 480};
const FoundDisplay kStock{.name = "p3a",
                          .host = "p3a.local",
                          .address = "192.0.2.9:80",
                          .device = Device::kStock,
                          .width = 0,
                          .height = 0};

TEST(DiscoverWords, ALineADisplay) {
  EXPECT_EQ(display_words(kLeft), "left \"1\"  192.0.2.7:8080  720x480  p3a-live");
  EXPECT_EQ(display_words(kStock), "p3a  192.0.2.9:80  size unknown  stock p3a");
}

TEST(DiscoverWords, OneJsonObject) {
  EXPECT_EQ(discovery_json({}), R"({"ok":true,"displays":[]})");
  EXPECT_EQ(discovery_json({.displays = {kLeft, kStock}, .error = {}}),
            R"({"ok":true,"displays":[{"name":"left \"1\"","host":"left.local",)"
            R"("address":"192.0.2.7:8080","device":"live","width":720,"height":480},)"
            R"({"name":"p3a","host":"p3a.local","address":"192.0.2.9:80","device":"p3a",)"
            R"("width":0,"height":0}]})");
  EXPECT_EQ(discovery_json({.displays = {}, .error = "No daemon."}),
            R"({"ok":false,"error":"No daemon.","displays":[]})");
}

}  // namespace
}  // namespace p3a::sender
