// What the way costs: a frame of that many bytes there and its ack back, over loopback, one at a
// time.
#include <benchmark/benchmark.h>

#include "ports/client/beast_transport.h"
#include "ports/client/steady_clock.h"
#include "ports/client/testing/test_server.h"

namespace p3a::sender {
namespace {

struct Acks final : TransportEvents {
  void on_open() override { open = true; }
  void on_text(std::string_view) override { ++texts; }
  void on_closed(std::string_view) override {}
  bool open = false;
  int texts = 0;
};

void frame_and_ack(benchmark::State& state) {
  testing::TestServer server;
  server.keeps = false;
  SteadyClock clock;
  BeastTransport transport;
  Acks acks;
  transport.connect({.host = "127.0.0.1", .port = server.port(), .path = "/stream"}, 5s);
  while (acks.texts < 1) transport.poll(clock.now() + 1s, acks);  // the hello
  const std::vector<std::uint8_t> head(40);
  const std::vector<std::uint8_t> payload(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) {
    const int before = acks.texts;
    transport.send_frame(head, payload);
    while (acks.texts == before || !transport.ready()) transport.poll(clock.now() + 1s, acks);
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) * state.range(0));
}
BENCHMARK(frame_and_ack)
    ->Arg(1000)
    ->Arg(68'000)
    ->Arg(1'555'200)
    ->Unit(benchmark::kMicrosecond)
    ->UseRealTime();

}  // namespace
}  // namespace p3a::sender
