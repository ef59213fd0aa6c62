#include <gtest/gtest.h>

#include "include/p3a/p3a.hpp"
#include "ports/client/testing/test_server.h"

namespace p3a {
namespace {

using testing::Bytes;
using testing::Response;
using testing::TestServer;

TestServer::Answer always(unsigned status, std::string body, bool keep = true) {
  return [=](const testing::Request&) { return Response{status, body, keep}; };
}

TEST(Display, AnUploadIsAFormWithTheFilesOwnName) {
  TestServer server;
  server.answer = always(200, R"({"ok":true,"data":{"filename":"cat.png"}})");
  Display display(server.address(), "secret", Device::kLive);
  const Bytes file(300'000, 'x');
  std::size_t last = 0;
  std::size_t all = 0;
  const Reply reply = display.upload("/home/me/cat.png", file.data(), file.size(),
                                     [&](std::size_t sent, std::size_t total) {
                                       EXPECT_GT(sent, last);
                                       last = sent;
                                       all = total;
                                     });
  EXPECT_TRUE(reply.ok) << reply.error;
  EXPECT_EQ(reply.http_status, 200);
  EXPECT_EQ(reply.json, R"({"ok":true,"data":{"filename":"cat.png"}})");
  EXPECT_EQ(last, all);
  const auto request = server.requests().at(0);
  EXPECT_EQ(request.target, "/upload");
  EXPECT_EQ(request.header("authorization"), "Bearer secret");
  EXPECT_EQ(request.body.size(), all);
  EXPECT_NE(request.body.find("filename=\"cat.png\""), std::string::npos);
  EXPECT_NE(request.body.find("\r\n\r\n" + std::string(file.begin(), file.end()) + "\r\n--"),
            std::string::npos);
}

TEST(Display, TheFormsBoundaryIsNotInTheFile) {
  TestServer server;
  server.answer = always(200, R"({"ok":true})");
  Display display(server.address(), "", Device::kLive);
  const std::string file = "\r\n--p3a-form-0--\r\n";
  EXPECT_TRUE(display.upload("a\"b.png", file.data(), file.size()).ok);
  const auto request = server.requests().at(0);
  EXPECT_EQ(request.header("content-type"), "multipart/form-data; boundary=p3a-form-1");
  EXPECT_NE(request.body.find("filename=\"a_b.png\""), std::string::npos);
}

// A p3a with its own firmware, as far as it matters here: facts in tests/stock_p3a.py.
TestServer::Answer stock_p3a() {
  return [](const testing::Request& request) {
    const bool status = request.target == "/status";
    const bool upload = request.target == "/upload";
    return Response{
        status || upload ? 200U : 404U,
        status   ? R"({"ok":true,"data":{"state":"READY","fw":{"version":"1.1.1"},)"
                   R"("device":{"board":"Waveshare"},"api_version":4}})"
        : upload ? R"({"ok":true,"data":{"filename":"a","message":"File uploaded and playing"}})"
                 : "Not found"};
  };
}

TEST(Display, AStockP3aGetsANameThatItCanKeep) {
  TestServer server;
  server.answer = stock_p3a();
  Display display(server.address());
  EXPECT_TRUE(display.upload("my \"ünï\" cat.PNG", "x", 1).ok);
  EXPECT_TRUE(display.upload("b.gif", "x", 1).ok);
  EXPECT_EQ(display.device(), Device::kStock);
  const auto requests = server.requests();
  ASSERT_EQ(requests.size(), 3u);  // it was asked once
  EXPECT_EQ(requests[0].target, "/status");
  EXPECT_NE(requests[1].body.find("filename=\"my____n____cat.png\""), std::string::npos)
      << requests[1].body;
}

TEST(Display, WhatAStockP3aCannotDoIsSaidWithoutTryingIt) {
  TestServer server;
  server.answer = stock_p3a();
  Display display(server.address());
  EXPECT_EQ(display.upload("movie.mp4", "x", 1).code, "UNKNOWN_FORMAT");
  const Bytes large((16u << 20) - 100);  // with the form around it, too large
  EXPECT_EQ(display.upload("a.png", large.data(), large.size()).code, "FILE_TOO_LARGE");
  EXPECT_EQ(server.requests().size(), 1u);
  Display asked_late(server.address());
  EXPECT_NE(asked_late.raw("x", 1).error.find("stock p3a"), std::string::npos);
  Display known(server.address(), "", Device::kStock);
  const std::size_t before = server.requests().size();
  EXPECT_NE(known.raw("x", 1).error.find("stock p3a"), std::string::npos);
  EXPECT_EQ(server.requests().size(), before);
}

TEST(Display, OurOwnDisplaysAreToldByTheirStream) {
  TestServer server;
  server.answer = always(200, R"({"ok":true,"data":{"fw":{},"device":{},"stream":{"mode":"x"}}})");
  EXPECT_EQ(Display(server.address()).device(), Device::kLive);
  server.answer = always(200, "<html>a printer</html>");
  EXPECT_EQ(Display(server.address()).device(), Device::kAuto);
}

TEST(Display, RawPixelsSayWhatTheyAre) {
  TestServer server;
  server.answer = always(200, R"({"ok":true})");
  Display display(server.address());
  const Bytes bottom_up{4, 5, 6, 0, 1, 2, 3, 0};
  const PixelView picture{.pixels = bottom_up.data(),
                          .width = 1,
                          .height = 2,
                          .stride = 4,
                          .format = InputFormat::kRgb888,
                          .bottom_up = true};
  EXPECT_TRUE(display.raw(picture).ok);
  const auto request = server.requests().at(0);
  EXPECT_EQ(request.target, "/display/raw");
  EXPECT_EQ(request.header("x-image-format"), "rgb888");
  EXPECT_EQ(request.header("x-image-width"), "1");
  EXPECT_EQ(request.header("x-image-height"), "2");
  EXPECT_EQ(request.body, std::string("\1\2\3\4\5\6"));
  EXPECT_EQ(display.raw(PixelView{}).code, "INVALID_VALUE");
}

TEST(Display, OneConnectionServesManyRequests) {
  TestServer server;
  server.answer = always(200, R"({"ok":true})");
  Display display(server.address());
  const Bytes file(1000);
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(display.raw(file.data(), file.size()).ok);
  EXPECT_EQ(server.connections(), 1);
}

TEST(Display, AConnectionThatWasClosedMeanwhileIsMadeAnew) {
  TestServer server;
  server.answer = always(200, R"({"ok":true})");
  Display display(server.address());
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(display.status().ok);
    server.cut();
  }
  EXPECT_EQ(server.connections(), 3);
}

TEST(Display, ARefusalKeepsItsCodeAndItsSentence) {
  TestServer server;
  server.answer = always(413, R"({"ok":false,"error":"It is too large.","code":"FILE_TOO_LARGE"})");
  Display display(server.address());
  const Reply reply = display.raw("x", 1);
  EXPECT_FALSE(reply.ok);
  EXPECT_EQ(reply.http_status, 413);
  EXPECT_EQ(reply.code, "FILE_TOO_LARGE");
  EXPECT_EQ(reply.error, "It is too large.");
}

TEST(Display, WhatIsNoDisplayIsSaid) {
  TestServer server;
  server.answer = always(404, "<html>not here</html>", false);
  Display display(server.address());
  const Reply reply = display.status();
  EXPECT_FALSE(reply.ok);
  EXPECT_EQ(reply.code, "HTTP_404");
  EXPECT_FALSE(reply.error.empty());
}

TEST(Display, WhatIsBeingAskedCanBeGivenUp) {
  std::atomic<bool> asked{false};
  std::atomic<bool> let_go{false};
  TestServer server;  // destroyed first: its thread looks at those
  server.answer = [&](const testing::Request&) {
    asked = true;
    while (!let_go) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return Response{};
  };
  Display display(server.address());
  std::thread asker([&] { EXPECT_EQ(display.status().code, "CANCELLED"); });
  while (!asked) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  display.cancel();
  asker.join();
  EXPECT_EQ(display.raw("x", 1).code, "CANCELLED");
  let_go = true;
}

TEST(Display, NobodyThereIsAnOrderlyError) {
  std::string address;
  {
    const TestServer gone;
    address = gone.address();
  }
  Display display(address);
  const Reply reply = display.status();
  EXPECT_FALSE(reply.ok);
  EXPECT_EQ(reply.http_status, 0);
  EXPECT_EQ(reply.code, "NO_DISPLAY");
  EXPECT_NE(reply.error.find("127.0.0.1"), std::string::npos);
  Display nowhere("not an address");
  EXPECT_EQ(nowhere.status().code, "INVALID_VALUE");
}

}  // namespace
}  // namespace p3a
