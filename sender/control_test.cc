#include "sender/control.h"

#include <gtest/gtest.h>

#include <fstream>
#include <map>

#include "ports/fake/repository_file.h"
#include "sender/json_object.h"

namespace p3a::sender {
namespace {

// The golden vectors: name -> text of what a display says; one vector a line.
std::map<std::string, std::string> vectors() {
  std::map<std::string, std::string> found;
  std::ifstream file(repository_file("tests/vectors/control.json"));
  for (std::string line; std::getline(file, line);) {
    line.erase(0, line.find_first_not_of(' '));
    if (line.ends_with(',')) line.pop_back();
    const auto json = JsonObject::parse(line);
    if (!json || !json->text("text") || json->text("from") == "client") continue;
    found[*json->text("name")] = *json->text("text");
  }
  return found;
}

template <class Message>
Message read(const std::string& name) {
  const auto all = vectors();
  EXPECT_TRUE(all.contains(name)) << name;
  const auto message = read_control(all.contains(name) ? all.at(name) : "");
  EXPECT_TRUE(message && std::holds_alternative<Message>(*message)) << name;
  return message && std::holds_alternative<Message>(*message) ? std::get<Message>(*message)
                                                              : Message{};
}

TEST(Control, TheGoldenVectorsOfADisplay) {
  const auto hello = read<HelloMessage>("hello of a display");
  EXPECT_EQ(hello.name, "p3a");
  EXPECT_EQ(hello.source, "rotation");
  EXPECT_EQ(hello.panel.size, (Size{720, 720}));
  EXPECT_EQ(hello.panel.refresh_hz, 60);
  EXPECT_EQ(hello.panel.limits.max_lossy_bytes, 204'800u);
  EXPECT_EQ(hello.panel.limits.max_lossless_bytes, 2'097'152u);
  EXPECT_TRUE(hello.panel.takes(FrameFormat::kWebp));
  EXPECT_FALSE(hello.panel.takes(FrameFormat::kAudio));
  ASSERT_TRUE(hello.panel.p3x.has_value());
  EXPECT_EQ(hello.panel.p3x->table_bits, 16);
  EXPECT_EQ(hello.panel.p3x->picture_bytes, 8U << 20);

  const auto shown = read<AckMessage>("ack, presented");
  EXPECT_EQ(shown.frame, 17u);
  EXPECT_EQ(shown.presented, Instant(Micros(81'250'002)));
  const auto dropped = read<AckMessage>("ack, dropped");
  EXPECT_EQ(dropped.frame, 18u);
  EXPECT_FALSE(dropped.presented.has_value());
  EXPECT_EQ(dropped.dropped, "queue_full");

  const auto pong = read<PongMessage>("pong");
  EXPECT_EQ(pong.t0, Instant(1000us));
  EXPECT_EQ(pong.t1, Instant(Micros(81'230'417)));
  EXPECT_EQ(pong.t2, Instant(Micros(81'230'433)));
  EXPECT_EQ(read<PanelTouch>("touch").x, 359u);
  EXPECT_TRUE(read<SourceMessage>("source, yours").you);
  EXPECT_EQ(read<SourceMessage>("source, another's").reason, "taken");
  EXPECT_EQ(read<ErrorMessage>("error about a text").error, "a text message is one JSON object");
  read<KeyRequest>("key_request");
}

TEST(Control, WhatIsNoMessageOrOfTomorrowIsIgnored) {
  for (const char* name : {"a type of tomorrow", "empty", "not JSON", "cut", "two objects",
                           "an array", "null", "no type", "type is no text"}) {
    const auto all = vectors();
    ASSERT_TRUE(all.contains(name)) << name;
    EXPECT_FALSE(read_control(all.at(name)).has_value()) << name;
  }
  for (const char* text :
       {R"({"type":"ack"})", R"({"type":"ack","frame":1})", R"({"type":"ack","frame":-1})",
        R"({"type":"pong","t0_us":1})", R"({"type":"touch","kind":"kick"})", R"({"type":"source"})",
        R"({"type":"hello"})", R"({"type":"hello","width":70000,"height":2})",
        R"({"type":"hello","width":9,"height":0})",
        R"({"type":"pong","t0_us":1,"t1_us":9223372036854775807,"t2_us":1})"}) {
    EXPECT_FALSE(read_control(text).has_value()) << text;
  }
}

TEST(Control, WhatWeSay) {
  EXPECT_EQ(write_hello("TouchDesigner", true, true),
            R"({"type":"hello","name":"TouchDesigner","acks":true,"touch":true})");
  EXPECT_EQ(write_hello("a\"\\\n", false, false),
            R"({"type":"hello","name":"a\"\\ ","acks":false,"touch":false})");
  EXPECT_EQ(write_ping(Instant(1000us)), R"({"type":"ping","t0_us":1000})");
}

TEST(Control, ARateThatNoPanelHasIsNone) {
  const auto rate = [](const std::string& hz) {
    const auto message =
        read_control(R"({"type":"hello","width":4,"height":4,"refresh_hz":)" + hz + "}");
    return std::get<HelloMessage>(message.value()).panel.refresh_hz;
  };
  EXPECT_EQ(rate("59.94"), 59.94);
  for (const char* hz : {"0", "-60", "1e-300", "1e300", "\"60\""}) EXPECT_EQ(rate(hz), 0) << hz;
}

}  // namespace
}  // namespace p3a::sender
