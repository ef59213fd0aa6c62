#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstring>
#include <semaphore>
#include <thread>

#include "include/p3a/p3a.h"
#include "ports/client/testing/test_server.h"

namespace {

using p3a::testing::Bytes;
using p3a::testing::TestServer;

p3a_picture picture(const Bytes& pixels, std::uint32_t side) {
  p3a_picture made{};
  made.struct_size = sizeof made;
  made.pixels = pixels.data();
  made.width = made.height = side;
  made.format = P3A_FORMAT_RGBA8888;
  return made;
}

p3a_stream_status status_of(p3a_stream* stream) {
  p3a_stream_status status{};
  status.struct_size = sizeof status;
  EXPECT_EQ(p3a_stream_get_status(stream, &status), P3A_OK);
  return status;
}

TEST(CApi, AStreamFromEndToEnd) {
  TestServer server;
  p3a_stream_options options;
  p3a_stream_options_init(&options);
  options.name = "C";
  options.encoding = P3A_ENCODING_RGB888;
  p3a_stream* stream = p3a_stream_open(server.address().c_str(), &options);
  ASSERT_NE(stream, nullptr) << p3a_last_error();
  const Bytes pixels(64 * 64 * 4, 77);
  const p3a_picture view = picture(pixels, 64);
  EXPECT_EQ(p3a_stream_submit(stream, &view, 0), P3A_OK);
  EXPECT_EQ(p3a_stream_wait_shown(stream, 10'000), P3A_OK) << p3a_last_error();
  const Bytes frame = server.frames().at(0);
  EXPECT_EQ(Bytes(frame.begin() + 40, frame.end()), Bytes(64 * 64 * 3, 77));
  const p3a_stream_status status = status_of(stream);
  EXPECT_EQ(status.state, P3A_STATE_OPEN);
  EXPECT_STREQ(status.display_name, "Test");
  EXPECT_EQ(status.shown, 1u);
  p3a_touch touch;
  EXPECT_EQ(p3a_stream_next_touch(stream, &touch), P3A_ERR_NOTHING);
  p3a_stream_close(stream);
}

// Against the real display: tests/e2e/tls_send_test.py.
TEST(CApi, WithTlsItIsSaidWhyTheDisplayIsNotTrusted) {
  TestServer server;
  const std::string address = "https://" + server.address();
  p3a_display* display = p3a_display_open(address.c_str(), nullptr);
  EXPECT_EQ(p3a_display_set_ca_file(display, "/nowhere.pem"), P3A_OK);
  EXPECT_EQ(p3a_display_status(display), P3A_ERR_NO_DISPLAY);
  EXPECT_NE(std::strstr(p3a_last_error(), "/nowhere.pem cannot be read"), nullptr);
  p3a_display_close(display);

  p3a_stream_options options;
  p3a_stream_options_init(&options);
  EXPECT_EQ(options.ca_file, nullptr);
  options.ca_file = "/nowhere.pem";
  std::counting_semaphore<> changed(0);
  options.user = &changed;
  options.on_state = [](void* user, std::int32_t) {
    static_cast<std::counting_semaphore<>*>(user)->release();
  };
  p3a_stream* stream = p3a_stream_open(address.c_str(), &options);
  const Bytes pixels(64 * 64 * 4, 77);
  const p3a_picture view = picture(pixels, 64);
  EXPECT_EQ(p3a_stream_submit(stream, &view, 0), P3A_OK);
  while (status_of(stream).error[0] == 0)
    ASSERT_TRUE(changed.try_acquire_for(std::chrono::seconds(10)));
  EXPECT_NE(std::strstr(status_of(stream).error, "/nowhere.pem cannot be read"), nullptr);
  p3a_stream_close(stream);
  EXPECT_TRUE(server.requests().empty());
}

TEST(CApi, AKeptPictureIsLetGoOfOnceWhateverHappens) {
  TestServer server;
  std::atomic<int> released{0};
  const auto release = [](void* user) { ++*static_cast<std::atomic<int>*>(user); };
  const Bytes pixels(64 * 64 * 4, 5);
  const p3a_picture view = picture(pixels, 64);
  EXPECT_EQ(p3a_stream_submit_kept(nullptr, &view, 0, release, &released), P3A_ERR_INVALID);
  EXPECT_EQ(released, 1);
  p3a_stream* stream = p3a_stream_open(server.address().c_str(), nullptr);
  ASSERT_NE(stream, nullptr) << p3a_last_error();
  EXPECT_EQ(p3a_stream_submit_kept(stream, &view, 0, nullptr, nullptr), P3A_ERR_INVALID);
  EXPECT_EQ(p3a_stream_submit_kept(stream, &view, 0, release, &released), P3A_OK);
  EXPECT_EQ(p3a_stream_wait_taken(stream, 10'000), P3A_OK) << p3a_last_error();
  EXPECT_EQ(p3a_stream_wait_shown(stream, 10'000), P3A_OK) << p3a_last_error();
  EXPECT_EQ(released, 1) << "it may be sent again";
  p3a_stream_close(stream);
  EXPECT_EQ(released, 2);
}

TEST(CApi, AnOlderProgramsShorterStructsAreTaken) {
  TestServer server;
  p3a_stream_options options;
  p3a_stream_options_init(&options);
  options.struct_size = offsetof(p3a_stream_options, min_fps);
  options.max_fps = -1;  // beyond its struct: not looked at
  p3a_stream* stream = p3a_stream_open(server.address().c_str(), &options);
  ASSERT_NE(stream, nullptr) << p3a_last_error();
  struct {
    p3a_stream_status status;
  } old{};
  std::memset(&old, 0x5A, sizeof old);
  old.status.struct_size = offsetof(p3a_stream_status, submitted);
  EXPECT_EQ(p3a_stream_get_status(stream, &old.status), P3A_OK);
  EXPECT_EQ(old.status.submitted, 0x5A5A5A5A5A5A5A5Au) << "what it does not have is not written";
  p3a_stream_close(stream);
}

TEST(CApi, WhatIsWrongIsACodeAndASentence) {
  EXPECT_EQ(p3a_stream_open(nullptr, nullptr), nullptr);
  EXPECT_STRNE(p3a_last_error(), "");
  EXPECT_EQ(p3a_stream_open("pi:0", nullptr), nullptr);
  EXPECT_NE(std::strstr(p3a_last_error(), "pi:0"), nullptr);
  p3a_stream_options unset{};
  EXPECT_EQ(p3a_stream_open("pi", &unset), nullptr);
  EXPECT_NE(std::strstr(p3a_last_error(), "struct_size"), nullptr);
  p3a_stream_options bad;
  p3a_stream_options_init(&bad);
  bad.encoding = 99;
  EXPECT_EQ(p3a_stream_open("pi", &bad), nullptr);
  EXPECT_EQ(p3a_stream_submit(nullptr, nullptr, 0), P3A_ERR_INVALID);
  EXPECT_EQ(p3a_stream_get_status(nullptr, nullptr), P3A_ERR_INVALID);
  p3a_stream_close(nullptr);
  p3a_display_close(nullptr);

  TestServer server;
  p3a_stream* stream = p3a_stream_open(server.address().c_str(), nullptr);
  ASSERT_NE(stream, nullptr);
  const Bytes pixels(16);
  p3a_picture view = picture(pixels, 2);
  view.format = -7;
  EXPECT_EQ(p3a_stream_submit(stream, &view, 0), P3A_ERR_INVALID);
  view = picture(pixels, 0);
  EXPECT_EQ(p3a_stream_submit(stream, &view, 0), P3A_ERR_INVALID);
  EXPECT_STRNE(p3a_last_error(), "");
  p3a_stream_close(stream);
}

TEST(CApi, CallbacksGetTheirUser) {
  struct Seen {
    std::atomic<int> states{0};
    std::atomic<int> touches{0};
  } seen;
  TestServer server;
  server.greetings = {R"({"type":"touch","kind":"up","id":3,"x":10,"y":20,"time_us":1})"};
  p3a_stream_options options;
  p3a_stream_options_init(&options);
  options.user = &seen;
  options.on_state = [](void* user, std::int32_t) { ++static_cast<Seen*>(user)->states; };
  options.on_touch = [](void* user, const p3a_touch* touch) {
    if (touch->kind == P3A_TOUCH_UP && touch->y == 20) ++static_cast<Seen*>(user)->touches;
  };
  p3a_stream* stream = p3a_stream_open(server.address().c_str(), &options);
  ASSERT_NE(stream, nullptr);
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (seen.touches == 0 && std::chrono::steady_clock::now() < end) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  p3a_stream_close(stream);
  EXPECT_EQ(seen.touches, 1);
  EXPECT_GE(seen.states, 2);
}

TEST(CApi, ADisplayAnswersRefusesOrIsNotThere) {
  std::string address;
  {
    TestServer server;
    address = server.address();
    server.answer = [](const p3a::testing::Request& request) {
      const bool good = request.target == "/status" || request.target == "/upload";
      return good ? p3a::testing::Response{200, R"({"ok":true,"data":{}})"}
                  : p3a::testing::Response{400,
                                           R"({"ok":false,"error":"No.","code":"BAD_REQUEST"})"};
    };
    p3a_display* display = p3a_display_open(address.c_str(), nullptr);
    ASSERT_NE(display, nullptr);
    EXPECT_STREQ(p3a_display_answer(display), "");
    EXPECT_EQ(p3a_display_status(display), P3A_OK);
    EXPECT_STREQ(p3a_display_answer(display), R"({"ok":true,"data":{}})");
    EXPECT_EQ(p3a_display_upload(display, "a.png", "x", 1), P3A_OK);
    EXPECT_EQ(p3a_display_raw(display, "x", 1), P3A_ERR_REFUSED);
    EXPECT_STREQ(p3a_last_error(), "No.");
    EXPECT_EQ(p3a_display_http_status(display), 400);
    p3a_display_close(display);
  }
  p3a_display* gone = p3a_display_open(address.c_str(), nullptr);
  EXPECT_EQ(p3a_display_status(gone), P3A_ERR_NO_DISPLAY);
  EXPECT_STRNE(p3a_last_error(), "");
  p3a_display_close(gone);
}

TEST(CApi, LookingForDisplaysCallsBackOrSaysWhyNot) {
  EXPECT_EQ(p3a_discover(100, nullptr, nullptr), P3A_ERR_INVALID);
  const auto count = [](void* user, const p3a_found* found) {
    EXPECT_EQ(found->struct_size, sizeof *found);
    EXPECT_NE(std::strchr(found->address, ':'), nullptr);
    ++*static_cast<int*>(user);
  };
  int displays = 0;
  EXPECT_EQ(p3a_discover(-1, count, &displays), P3A_ERR_INVALID);
  // There may be a daemon here, or none.
  if (p3a_discover(100, count, &displays) != P3A_OK) {
    EXPECT_NE(std::string(p3a_last_error()).find("address"), std::string::npos);
  }
}

}  // namespace
