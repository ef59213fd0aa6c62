#include "ports/client/mdns_message.h"

#include <gtest/gtest.h>

namespace p3a::sender {
namespace {

using Bytes = std::vector<std::uint8_t>;

void put(Bytes& out, std::string_view text) { out.insert(out.end(), text.begin(), text.end()); }

// What Avahi answers for one display: PTR, SRV and TXT of its instance, A of its host, with names
// that point back.
Bytes answer() {
  Bytes out = {0, 0, 0x84, 0, 0, 0, 0, 4, 0, 0, 0, 0};
  put(out, std::string_view("\4_p3a\4_tcp\5local\0", 17));  // at 12
  out.insert(out.end(), {0, 12, 0, 1, 0, 0, 0, 120, 0, 14});
  put(out, "\13p3a-kitchen");  // at 39: the instance
  out.insert(out.end(), {0xC0, 12});
  out.insert(out.end(), {0xC0, 39, 0, 33, 0x80, 1, 0, 0, 0, 120, 0, 16, 0, 0, 0, 0, 0x1F, 0x90});
  put(out, "\7kitchen");
  out.insert(out.end(), {0xC0, 22});
  out.insert(out.end(), {0xC0, 39, 0, 16, 0x80, 1, 0, 0, 0, 120, 0, 12});
  put(out, "\5w=720\5h=720");
  out.insert(out.end(), {7, 'K', 'I', 'T', 'C', 'H', 'E', 'N', 0xC0, 22});
  out.insert(out.end(), {0, 1, 0x80, 1, 0, 0, 0, 120, 0, 4, 192, 0, 2, 7});
  return out;
}

TEST(MdnsMessage, AsksForEveryTypeInOneMessage) {
  const Bytes question = mdns_question({"_p3a._tcp", "_http._tcp"});
  EXPECT_EQ(question[5], 2);
  const std::string text(question.begin(), question.end());
  EXPECT_NE(text.find(std::string_view("\4_p3a\4_tcp\5local\0\0\14\x80\1", 21)), std::string::npos);
  EXPECT_NE(text.find(std::string_view("\5_http\4_tcp\5local\0\0\14\x80\1", 22)),
            std::string::npos);
}

TEST(MdnsMessage, ReadsADisplayOutOfAnAnswer) {
  MdnsAnswers answers;
  answers.add(answer(), "192.0.2.9");
  const auto services = answers.services();
  ASSERT_EQ(services.size(), 1u);
  EXPECT_EQ(services[0].type, "_p3a._tcp");
  EXPECT_EQ(services[0].name, "p3a-kitchen");
  EXPECT_EQ(services[0].host, "kitchen.local");
  EXPECT_EQ(services[0].address, "192.0.2.7");
  EXPECT_EQ(services[0].port, 8080);
  EXPECT_EQ(services[0].txt, (std::vector<std::string>{"w=720", "h=720"}));
  const auto display = display_of(services[0]);
  ASSERT_TRUE(display);
  EXPECT_EQ(display->address, "192.0.2.7:8080");
  EXPECT_EQ(display->width, 720u);
}

TEST(MdnsMessage, WithoutAnAddressTheAnswersOwnCounts) {
  Bytes message = answer();
  message[7] = 3;  // the A record is not looked at
  MdnsAnswers answers;
  answers.add(message, "192.0.2.9");
  EXPECT_EQ(answers.services().at(0).address, "192.0.2.9");
}

TEST(MdnsMessage, WhatIsCutOffOrGoesRoundIsLeftOut) {
  const Bytes whole = answer();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    MdnsAnswers answers;
    answers.add(ByteView(whole).first(size), "192.0.2.9");
    EXPECT_LE(answers.services().size(), 1u);
  }
  Bytes round = {0,  0, 0x84, 0, 0, 0, 0, 1, 0, 0, 0, 0,    0xC0,
                 12, 0, 12,   0, 1, 0, 0, 0, 9, 0, 2, 0xC0, 12};
  MdnsAnswers answers;
  answers.add(round, "192.0.2.9");
  answers.add(mdns_question({"_p3a._tcp"}), "192.0.2.9");
  EXPECT_TRUE(answers.services().empty());
}

}  // namespace
}  // namespace p3a::sender
