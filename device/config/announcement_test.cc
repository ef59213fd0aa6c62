#include "device/config/announcement.h"

#include <gtest/gtest.h>

namespace p3a {
namespace {

std::string joined(const TxtRecord& record) {
  std::string text;
  for (const auto& [key, value] : record) ((text += key) += '=') += value + ' ';
  return text;
}

TEST(Announcement, SaysWhatSendersLookFor) {
  Config config;
  config.mdns.name = "p3a-kitchen";
  EXPECT_EQ(joined(txt_record(config, "0.1.0", false, false)),
            "txtvers=1 name=p3a-kitchen w=720 h=720 fmt=jpeg,png,webp,gif,p3x proto=http api=1 "
            "ver=0.1.0 auth=none tls=0 ");
  const std::string locked = joined(txt_record(config, "0.1.0", true, true));
  EXPECT_TRUE(locked.contains("proto=https ") && locked.contains("auth=token tls=1 ")) << locked;
}

}  // namespace
}  // namespace p3a
