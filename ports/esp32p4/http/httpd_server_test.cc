// A whole display behind a fake of esp_http_server: what clients see, trap by trap.
#include "ports/esp32p4/http/httpd_server.h"

#include <gtest/gtest.h>

#include "ports/esp32p4/http/fake_httpd.h"
#include "ports/fake/fake_clock.h"
#include "ports/fake/fake_decoders.h"
#include "ports/fake/fake_disk.h"
#include "ports/fake/fake_log.h"
#include "ports/fake/memory_panel.h"

namespace p3a {
namespace {

using fake_httpd::Client;
using fake_httpd::frame;
using fake_httpd::upgrade_request;

constexpr int kText = 1;
constexpr int kBinary = 2;
constexpr int kContinue = 0;
constexpr int kClose = 8;
constexpr int kPing = 9;
constexpr int kPong = 10;

class Words final : public PatchParser {
 public:
  Result<Patch> parse(std::string_view) override { return Patch{}; }
  Result<Patch> parse_message(std::string_view text) override {
    if (text.starts_with("ping")) return Patch{{"type", std::string("ping")}, {"t0_us", 7.0}};
    return fail(ErrorCode::kInvalidJson, "no JSON");
  }
};

class NoPng final : public SnapshotEncoder {
 public:
  Result<std::vector<std::uint8_t>> encode_png(const Canvas&) override {
    return std::vector<std::uint8_t>{1, 2, 3};
  }
};

class NoMachine final : public Machine {
 public:
  MachineStatus status() override {
    return {.available_bytes = 1 << 30, .internal_free_bytes = 200 << 10, .address = {}};
  }
};

struct Display : testing::Test {
  Display() {
    config.panel.width = config.panel.height = 16;
    config.panel.refresh_hz = 0;
    config.stream.max_frame_bytes = 16 << 10;
    const auto shared = std::make_shared<const Config>(config);
    engine.emplace(
        EnginePorts{clock, log, disk, decoders, panel}, shared,
        [](const Canvas& canvas, const View& view) { fill(canvas, {}, view.tone); },
        [](const PanelEvents&) {});
    live.emplace(LiveServices{clock, log, *engine, decoders, words, "0.1", "p3a-1"}, shared);
    engine->attach(live->guest());
    uploads.emplace(UploadPorts{disk, clock, log, *engine}, [shared] { return shared; });
    preview.emplace(*engine, clock);
    begin("");
  }
  void begin(const std::string& token) {
    server.reset();
    api.emplace(ApiServices{clock,
                            log,
                            machine,
                            *engine,
                            store,
                            words,
                            *uploads,
                            probe,
                            png,
                            *live,
                            decoders,
                            *preview,
                            {},
                            "0.1",
                            token});
    HttpdLimits limits;
    limits.message = limits.head = 40ms;
    start(limits);
  }
  ~Display() override {
    server.reset();
    workers.reset();
    preview->stop();
    engine->stop();
  }
  void start(const HttpdLimits& limits) {
    server.reset();
    server.emplace(HttpdServices{*api, clock, log, *workers, network, [this] { ++alive; }},
                   HttpdPort{}, limits);
    ASSERT_TRUE(server->start());
  }
  std::string ask(Client& client, std::string_view request) {
    client.send(request);
    fake_httpd::pump(nullptr);
    while (fake_httpd::under_way() > 0) std::this_thread::yield();
    fake_httpd::pump(nullptr);
    return client.received();
  }
  /// Connected, its 101 and hello read.
  std::unique_ptr<Client> stream() {
    auto client = std::make_unique<Client>(fake_httpd::started());
    const std::string begun = ask(*client, upgrade_request("/stream"));
    EXPECT_TRUE(begun.starts_with("HTTP/1.1 101")) << begun;
    EXPECT_TRUE(begun.contains("\"type\":\"hello\"")) << begun;
    return client;
  }

  Config config;
  FakeClock clock;
  FakeLog log;
  FakeDisk disk;
  FakeDecoders decoders;
  MemoryPanel panel;
  Words words;
  NoPng png;
  NoMachine machine;
  ConfigStore store{disk, words, config, {}};
  StorageProbe probe{disk, clock, log};
  std::optional<Engine> engine;
  std::optional<Live> live;
  std::optional<Preview> preview;
  std::optional<Uploads> uploads;
  std::optional<Api> api;
  std::mutex network;
  std::optional<Workers> workers{std::in_place, 2, 2};
  std::optional<HttpdServer> server;
  int alive = 0;
};

using HttpdServerTest = Display;

std::string get(std::string_view path, std::string_view more = {}) {
  return "GET " + std::string(path) + " HTTP/1.1\r\nHost: p3a.local\r\n" + std::string(more) +
         "\r\n";
}

std::string post(std::string_view path, std::string_view body, std::string_view more = {}) {
  return "POST " + std::string(path) +
         " HTTP/1.1\r\nHost: p3a.local\r\nContent-Type: image/png\r\n" + std::string(more) +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

const std::string kPicture = "FAKE png 8x4 0000ff/0";

TEST_F(HttpdServerTest, BothMemoriesAreInTheStatusAndInTheNetworksFigures) {
  Client client(fake_httpd::started());
  EXPECT_TRUE(ask(client, get("/status")).contains(R"("internal_free_bytes":204800})"));
  const std::string stats = ask(client, get("/network/stats"));
  EXPECT_TRUE(
      stats.contains(R"(,"memory":{"heap_free":1073741824,"internal_free_bytes":204800}}})"))
      << stats;
}

TEST_F(HttpdServerTest, AnswersQuickRequestsOnItsOwnTaskAndKeepsTheConnection) {
  Client client(fake_httpd::started());
  EXPECT_TRUE(ask(client, get("/status")).starts_with("HTTP/1.1 200 "));
  EXPECT_TRUE(ask(client, get("/nothing")).contains("\"code\":\"NOT_FOUND\""));
  const std::string head = ask(client, "HEAD /status HTTP/1.1\r\nHost: p3a.local\r\n\r\n");
  EXPECT_TRUE(head.starts_with("HTTP/1.1 200 ") && head.ends_with("\r\n\r\n")) << head;
  EXPECT_TRUE(ask(client, get("/stream")).contains("\"code\":\"NOT_FOUND\"")) << "no upgrade";
  EXPECT_FALSE(client.closed());
}

TEST_F(HttpdServerTest, APageOfAnotherSiteIsRefused) {
  Client client(fake_httpd::started());
  EXPECT_TRUE(
      ask(client, "GET /status HTTP/1.1\r\nHost: evil.example\r\n\r\n").contains("FORBIDDEN_HOST"));
  Client stream(fake_httpd::started());
  const std::string refused =
      ask(stream, upgrade_request("/stream", "Origin: http://evil.example\r\n"));
  EXPECT_TRUE(refused.contains("FORBIDDEN_ORIGIN") && !refused.contains(" 101 ")) << refused;
  EXPECT_TRUE(stream.closed());
}

TEST_F(HttpdServerTest, AnUploadIsServedBesideTheServersTask) {
  Client slow(fake_httpd::started());
  const std::string request = post("/upload/image", kPicture, "Expect: 100-continue\r\n");
  slow.send(request.substr(0, request.size() - 5));
  fake_httpd::pump(nullptr);
  EXPECT_EQ(fake_httpd::under_way(), 1);
  Client other(fake_httpd::started());  // not held up
  other.send(get("/status"));
  fake_httpd::pump(nullptr);
  EXPECT_TRUE(other.received().starts_with("HTTP/1.1 200 "));
  const std::string answer = ask(slow, request.substr(request.size() - 5));
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 ")) << answer;
  EXPECT_TRUE(answer.contains("UNKNOWN_FORMAT")) << answer;  // the made-up picture has no magic
}

TEST_F(HttpdServerTest, ABodyThatIsTakenIsAnsweredAndTheConnectionGoesOn) {
  Client client(fake_httpd::started());
  const std::string put =
      "PUT /config HTTP/1.1\r\nHost: p3a.local\r\nContent-Type: application/json\r\n"
      "Content-Length: 2\r\n\r\n{}";
  EXPECT_TRUE(ask(client, put).starts_with("HTTP/1.1 200 "));
  EXPECT_TRUE(ask(client, get("/status")).starts_with("HTTP/1.1 200 "));
  EXPECT_FALSE(client.closed());
}

TEST_F(HttpdServerTest, ABodyInChunksIsRefusedAndNotTakenForTheNextRequest) {
  Client client(fake_httpd::started());
  const std::string answer =
      ask(client,
          "POST /upload/image HTTP/1.1\r\nHost: p3a.local\r\nTransfer-Encoding: chunked\r\n\r\n"
          "5\r\nGET /\r\n0\r\n\r\n");
  EXPECT_TRUE(answer.contains("NOT_IMPLEMENTED")) << answer;
  EXPECT_TRUE(client.closed());
}

TEST_F(HttpdServerTest, ABodyThatIsRefusedEarlyIsAnsweredAndTheConnectionCloses) {
  Client client(fake_httpd::started());
  const std::string answer = ask(client, post("/config", std::string(40'000, ' ')));
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 4")) << answer;
  EXPECT_TRUE(client.closed());
}

TEST_F(HttpdServerTest, ManyUploadsAtOnceFindItBusy) {
  std::vector<std::unique_ptr<Client>> clients;
  const std::string request = post("/upload/image", kPicture);
  for (int i = 0; i < 5; ++i) {
    clients.push_back(std::make_unique<Client>(fake_httpd::started()));
    clients.back()->send(request.substr(0, request.size() - 5));
    fake_httpd::pump(nullptr);
  }
  const std::string answer = clients.back()->received();
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 503 ") && answer.contains("Retry-After")) << answer;
  for (auto& client : clients) client->send(request.substr(request.size() - 5));
  while (fake_httpd::under_way() > 0) std::this_thread::yield();
}

TEST_F(HttpdServerTest, AStreamBeginsWithHelloAfterTheHandshakeHasBeenAnswered) { stream(); }

TEST_F(HttpdServerTest, PingsAreAnsweredAndPongsAndClosesReadToTheirEnd) {
  const auto client = stream();
  EXPECT_EQ(ask(*client, frame(kPing, "are you there")),
            "\x8A\x0D"
            "are you there");
  EXPECT_EQ(ask(*client, frame(kPing, "")), std::string("\x8A\x00", 2));
  // The rest of a PONG that nobody reads would be taken for the next frame's head.
  EXPECT_EQ(ask(*client, frame(kPong, "yes, I am") + frame(kPing, "x")), "\x8A\x01x");
  EXPECT_EQ(ask(*client, frame(kClose, std::string("\x03\xE8", 2) + "bye")),
            std::string("\x88\x02\x03\xE8", 4));
  EXPECT_TRUE(client->closed());
}

TEST_F(HttpdServerTest, FragmentsArePutTogetherAndControlFramesMayComeBetween) {
  const auto client = stream();
  const std::string answer = ask(*client, frame(kText, "pi", false) + frame(kContinue, "", false) +
                                              frame(kPing, "x") + frame(kContinue, "ng"));
  EXPECT_TRUE(answer.starts_with("\x8A\x01x")) << answer;
  EXPECT_TRUE(answer.contains("\"type\":\"pong\"")) << answer;
  // A binary message of the right size and rubbish: refused by what it holds, whole.
  const std::string refused = ask(*client, frame(kBinary, std::string(3000, 'r'), false) +
                                               frame(kContinue, std::string(3000, 's')));
  EXPECT_TRUE(refused.contains("BAD_FRAME")) << refused;
  EXPECT_FALSE(client->closed());
}

TEST_F(HttpdServerTest, WhatBreaksTheProtocolIsClosedWith1002) {
  for (const std::string& bad :
       {frame(3, "reserved"), frame(kContinue, "of nothing"), frame(0xB, ""),
        frame(kBinary, "a", false) + frame(kBinary, "b"), frame(kPing, "in two", false),
        frame(kPing, std::string(126, 'p'))}) {
    const auto client = stream();
    const std::string answer = ask(*client, bad);
    EXPECT_TRUE(answer.contains("\x03\xEA")) << answer;
    EXPECT_TRUE(client->closed());
  }
}

TEST_F(HttpdServerTest, AFrameAboveTheLimitIsClosedWith1009AndNotRead) {
  const auto client = stream();
  const std::string answer = ask(*client, frame(kBinary, std::string(4 << 20, 'x')).substr(0, 900));
  EXPECT_TRUE(answer.contains("FRAME_TOO_LARGE")) << answer;
  EXPECT_TRUE(answer.contains("\x03\xF1")) << answer;
  EXPECT_TRUE(client->closed());
}

TEST_F(HttpdServerTest, AStalledStreamHoldsUpTheOthersForItsPatienceOnly) {
  const auto stalled = stream();
  stalled->send(frame(kBinary, std::string(100, 'x')).substr(0, 16));  // head and 10 of 100 bytes
  EXPECT_EQ(ask(*stalled, ""), "");
  EXPECT_TRUE(stalled->closed());
}

// With a byte now and then, every receive is quick and the frame never whole.
TEST_F(HttpdServerTest, AClientThatTricklesIsCutByTheClockAndNotByTheLastByte) {
  Client client(fake_httpd::started());
  Session real(fake_httpd::started(), client.server_socket(), clock, {});
  char byte = 0;
  for (int second = 0; second < 3; ++second) {
    client.send("x");
    EXPECT_EQ(real.receive(&byte, 1, 0), 1) << second;
    clock.advance(990ms);
  }
  clock.advance(100ms);
  client.send("x");
  EXPECT_EQ(real.receive(&byte, 1, 0), HTTPD_SOCK_ERR_TIMEOUT);
  real.dealt_with();
  EXPECT_EQ(real.receive(&byte, 1, 0), 1) << "the next one has its own time";
}

TEST_F(HttpdServerTest, LostWorkIsMadeUpForByTheNextTick) {
  auto client = std::make_unique<Client>(fake_httpd::started());
  fake_httpd::lose_work(1);
  EXPECT_FALSE(ask(*client, upgrade_request("/stream")).contains("hello"));
  fake_httpd::tick();
  EXPECT_TRUE(ask(*client, "").contains("hello"));
  EXPECT_GT(alive, 0) << "the watchdog was fed from the server's task";
}

TEST_F(HttpdServerTest, AClientThatDoesNotReadHoldsUpNobodyAndItsTextIsBounded) {
  const auto deaf = stream();
  deaf->shrink_buffers();
  for (int i = 0; i < 2000; ++i) {
    deaf->send(frame(kText, "ping"));
    fake_httpd::pump(nullptr);
  }
  Client other(fake_httpd::started());
  EXPECT_TRUE(ask(other, get("/status")).starts_with("HTTP/1.1 200 "));
  EXPECT_LT(deaf->received().size(), 200'000u);
}

TEST_F(HttpdServerTest, AClientThatVanishesIsPingedAndThenGivesItsPlaceUp) {
  const auto client = stream();
  clock.advance(6s);
  fake_httpd::tick();
  EXPECT_EQ(ask(*client, ""), std::string("\x89\x00", 2));
  clock.advance(10s);
  fake_httpd::tick();
  fake_httpd::pump(nullptr);
  fake_httpd::pump(nullptr);
  EXPECT_TRUE(client->closed());
  JsonWriter stats;
  live->write_network_stats(stats);
  EXPECT_TRUE(live->stream_json().contains("\"clients\":0") || !stats.text().contains("192."))
      << live->stream_json();
}

TEST_F(HttpdServerTest, WhoNeverSaysTheTokenIsCutAfterTenSeconds) {
  begin("a token of length");
  Client stranger(fake_httpd::started());
  EXPECT_TRUE(ask(stranger, upgrade_request("/stream")).ends_with("\r\n\r\n")) << "no hello";
  Client guest(fake_httpd::started());
  const std::string right = "Authorization: Bearer a token of length\r\n";
  EXPECT_TRUE(ask(guest, upgrade_request("/stream", right)).contains("\"type\":\"hello\""));
  clock.advance(9s);
  fake_httpd::tick();
  for (Client* client : {&stranger, &guest}) ask(*client, frame(kPong, ""));
  EXPECT_FALSE(stranger.closed());
  clock.advance(2s);
  fake_httpd::tick();
  EXPECT_TRUE(ask(stranger, "").contains("\x03\xF0more than 10 s without the token"));
  EXPECT_TRUE(stranger.closed());
  EXPECT_FALSE(guest.closed());
}

}  // namespace
}  // namespace p3a
