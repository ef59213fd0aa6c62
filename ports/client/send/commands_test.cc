#include "ports/client/send/commands.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <memory>

#include "ports/client/send/json_text.h"
#include "ports/client/testing/test_server.h"
#include "sender/json_object.h"

namespace p3a::sender {
namespace {

using testing::TestServer;

TestServer::Answer always(unsigned status, std::string body) {
  return [=](const testing::Request&) { return testing::Response{status, body, true}; };
}

// A console that keeps what was said.
struct Recorder {
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> out{std::tmpfile(), std::fclose};
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> err{std::tmpfile(), std::fclose};
  Console console{out.get(), err.get(), false};

  static std::string all(std::FILE* file) {
    std::rewind(file);
    std::string text(1 << 16, '\0');
    text.resize(std::fread(text.data(), 1, text.size(), file));
    return text;
  }
  std::string printed() const { return all(out.get()); }
  std::string said() const { return all(err.get()); }
};

std::string file_with(std::string_view name, std::string_view text) {
  const auto path = std::filesystem::path(::testing::TempDir()) / name;
  std::ofstream(path, std::ios::binary) << text;
  return path.string();
}

SendOptions to(Command command, const TestServer& server) {
  SendOptions options;
  options.command = command;
  options.to = {server.address()};
  return options;
}

TEST(Upload, PrintsTheDisplaysAnswer) {
  TestServer server;
  server.answer = always(200, R"({"ok":true,"data":{"filename":"cat.png"}})");
  SendOptions options = to(Command::kUpload, server);
  options.files = {file_with("cat.png", "picture")};
  Recorder recorder;
  EXPECT_EQ(run_deliver(options, recorder.console), kExitDone);
  EXPECT_EQ(recorder.printed(), pretty_json(R"({"ok":true,"data":{"filename":"cat.png"}})") + "\n");
  EXPECT_NE(recorder.said().find("in the rotation"), std::string::npos);
  EXPECT_NE(server.requests().back().body.find("picture"), std::string::npos);
}

TEST(Raw, ARefusalIsToldInTheDisplaysOwnWords) {
  TestServer server;
  server.answer =
      always(413, R"({"ok":false,"error":"It is too \u001b[2J large.","code":"FILE_TOO_LARGE"})"
                  "\n");
  SendOptions options = to(Command::kRaw, server);
  options.files = {file_with("big.png", "x"), "/nowhere/at all.png", ::testing::TempDir()};
  options.json = true;
  Recorder recorder;
  EXPECT_EQ(run_deliver(options, recorder.console), kExitFailed);
  EXPECT_NE(recorder.said().find("It is too ?[2J large. (FILE_TOO_LARGE)"), std::string::npos);
  EXPECT_NE(recorder.said().find("No such file"), std::string::npos);
  EXPECT_NE(recorder.said().find("it is a folder"), std::string::npos);
  const std::string printed = recorder.printed();
  const auto json = JsonObject::parse(printed);
  ASSERT_TRUE(json) << printed;
  EXPECT_EQ(json->flag("ok"), false);
  EXPECT_EQ(printed.find('\n'), printed.size() - 1);
  EXPECT_NE(printed.find("\"http_status\":413"), std::string::npos);
  EXPECT_NE(printed.find("FILE_NOT_READ"), std::string::npos);
  EXPECT_EQ(server.requests().size(), 1u);
}

TEST(StatusCommand, PrintsWhatTheDisplaySays) {
  TestServer server;
  server.answer = always(200, R"({"ok":true,"data":{"state":"READY"}})");
  Recorder recorder;
  EXPECT_EQ(run_status(to(Command::kStatus, server), recorder.console), kExitDone);
  EXPECT_EQ(recorder.printed(), pretty_json(R"({"ok":true,"data":{"state":"READY"}})") + "\n");
  EXPECT_EQ(recorder.said(), "");
  EXPECT_EQ(server.requests().at(0).target, "/status");
}

TEST(StatusCommand, SaysWhoDoesNotAnswer) {
  Recorder recorder;
  SendOptions options;
  {
    const TestServer gone;
    options = to(Command::kStatus, gone);
  }
  EXPECT_EQ(run_status(options, recorder.console), kExitFailed);
  EXPECT_EQ(recorder.printed(), "");
  EXPECT_NE(recorder.said().find("NO_DISPLAY"), std::string::npos);
}

TEST(StreamCommand, SendsThePatternAndCounts) {
  TestServer server;
  SendOptions options = to(Command::kStream, server);
  options.source.pattern = Pattern::kBars;
  options.source.size = {64, 64};
  options.source.fps = 100;
  options.duration_s = 1;
  options.json = true;
  Recorder recorder;
  EXPECT_EQ(run_stream(options, recorder.console), kExitDone);
  const std::string printed = recorder.printed();
  const auto json = JsonObject::parse(printed);
  ASSERT_TRUE(json) << printed;
  EXPECT_GT(json->whole("frames_submitted").value_or(0), 0);
  EXPECT_GT(json->whole("shown").value_or(0), 0);
  EXPECT_GE(server.frames().size(), static_cast<std::size_t>(json->whole("shown").value_or(0)));
  EXPECT_NE(recorder.said().find("streaming to Test, 64x64"), std::string::npos);
}

TEST(StreamCommand, ToNobodyFailsAndSaysWhy) {
  Recorder recorder;
  SendOptions options;
  {
    const TestServer gone;
    options = to(Command::kStream, gone);
  }
  options.source.pattern = Pattern::kClock;
  options.source.size = {32, 32};
  options.duration_s = 0.5;
  EXPECT_EQ(run_stream(options, recorder.console), kExitFailed);
  EXPECT_NE(recorder.said().find(options.to[0]), std::string::npos);
  EXPECT_NE(recorder.said().find("0 sent"), std::string::npos);
}

TEST(Watch, PrintsWhatTheDisplaySays) {
  TestServer server;
  server.greetings = {R"({"type":"touch","kind":"up","id":1,"x":3,"y":4})", R"({"type":"ack"})"};
  SendOptions options = to(Command::kWatch, server);
  options.duration_s = 0.5;
  Recorder recorder;
  EXPECT_EQ(run_watch(options, recorder.console), kExitDone);
  EXPECT_EQ(recorder.printed(),
            "display: Test, 64x64, on the panel: rotation\ntouch: up 1 at 3,4\n");
}

}  // namespace
}  // namespace p3a::sender
