// One peer of script/bench live: pictures from this process' memory to pixels at the other end,
// over loopback.
//
//   live_bench reference CONTENT SIDE QUALITY FPS COUNT
//   live_bench gstreamer CONTENT SIDE QUALITY FPS COUNT     (where it was there to build with)
//   live_bench ours PORT PID CONTENT SIDE QUALITY FPS COUNT
//   live_bench p3x PORT PID CONTENT SIDE QUALITY FPS COUNT
// FPS 0: as fast as it goes. Prints one line of JSON: frames a second, processor time of both ends
// a frame, bytes a frame, and every frame's latency from submission to decoded pixels, in
// microseconds. `reference` is the bare loop: turbojpeg, one TCP socket, turbojpeg, a thread a
// side, no protocol. `ours` is the library p3a and a p3a-display that listens on PORT, process PID;
// `p3x` is the same with P3X instead of JPEG.
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <turbojpeg.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "bench/live_content.h"
#include "bench/live_peer.h"
#include "include/p3a/p3a.hpp"

namespace live_bench {
namespace {

void fill(int socket, void* out, std::size_t size) {
  auto* at = static_cast<std::uint8_t*>(out);
  while (size > 0) {
    const ssize_t count = ::recv(socket, at, size, 0);
    check(count > 0, "recv");
    at += count;
    size -= static_cast<std::size_t>(count);
  }
}

sockaddr_in loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

void receive(int listener, const Job& job, Ledger& ledger) {
  const int socket = ::accept(listener, nullptr, nullptr);
  const tjhandle decoder = tjInitDecompress();
  std::vector<std::uint8_t> jpeg(1 << 20);
  std::vector<std::uint8_t> pixels(static_cast<std::size_t>(job.side * job.side) * 3);
  for (int i = 0; i < job.count; ++i) {
    std::uint32_t size = 0;
    fill(socket, &size, sizeof size);
    fill(socket, jpeg.data(), size);
    check(tjDecompress2(decoder, jpeg.data(), size, pixels.data(), job.side, 0, job.side, TJPF_RGB,
                        0) == 0,
          "decode");
    ledger.shown(i);
  }
}

void send_all(int socket, const void* data, std::size_t size) {
  const auto* at = static_cast<const std::uint8_t*>(data);
  while (size > 0) {
    const ssize_t count = ::send(socket, at, size, 0);
    check(count > 0, "send");
    at += count;
    size -= static_cast<std::size_t>(count);
  }
}

void run_reference(const Job& job) {
  const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
  auto address = loopback(0);
  socklen_t length = sizeof address;
  check(::bind(listener, reinterpret_cast<sockaddr*>(&address), length) == 0, "bind");
  check(::listen(listener, 1) == 0, "listen");
  check(::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &length) == 0, "port");
  run_in_two(
      job, [&](Ledger& ledger) { receive(listener, job, ledger); },
      [&](Ledger& ledger) {
        const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
        check(::connect(socket, reinterpret_cast<sockaddr*>(&address), length) == 0, "connect");
        const int on = 1;
        ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        const tjhandle encoder = tjInitCompress();
        // The frame lies behind its length, so that both leave in one call.
        std::vector<std::uint8_t> message(4 + tjBufSize(job.side, job.side, TJSAMP_420));
        for (int i = 0; i < job.count; ++i) {
          const Frame& frame = ledger.next(i);
          unsigned char* jpeg = message.data() + 4;
          unsigned long size = message.size() - 4;
          check(tjCompress2(encoder, frame.data(), job.side, 0, job.side, TJPF_RGBX, &jpeg, &size,
                            TJSAMP_420, job.quality, TJFLAG_NOREALLOC) == 0,
                "encode");
          const auto bytes = static_cast<std::uint32_t>(size);
          std::memcpy(message.data(), &bytes, 4);
          send_all(socket, message.data(), 4 + size);
          ledger.add_bytes(size);
        }
      });
}

double process_cpu_seconds(const std::string& pid) {
  std::ifstream stat("/proc/" + pid + "/stat");
  std::string text((std::istreambuf_iterator<char>(stat)), {});
  text.erase(0, text.rfind(')') + 2);
  unsigned long user = 0;
  unsigned long system = 0;
  check(std::sscanf(text.c_str(), "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user,
                    &system) == 2,
        "/proc/PID/stat");
  return static_cast<double>(user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

// With its decoders' workers.
double display_cpu_seconds(const std::string& pid) {
  double seconds = process_cpu_seconds(pid);
  std::ifstream children("/proc/" + pid + "/task/" + pid + "/children");
  for (std::string child; children >> child;) seconds += process_cpu_seconds(child);
  return seconds;
}

p3a::StreamOptions stream_options(const Job& job, p3a::Encoding encoding) {
  p3a::StreamOptions options;
  options.name = "live_bench";
  options.encoding = encoding;
  options.min_quality = options.max_quality = job.quality;
  options.max_fps = 0;
  options.as_is = true;
  return options;
}

void run_ours(const std::string& port, const std::string& pid, const Job& job,
              p3a::Encoding encoding) {
  std::mutex mutex;
  std::vector<double> latencies;
  auto options = stream_options(job, encoding);
  options.on_shown = [&](std::chrono::microseconds latency) {
    const std::scoped_lock lock(mutex);
    latencies.push_back(static_cast<double>(latency.count()));
  };
  Ledger ledger(job);
  p3a::Stream stream = p3a::Stream::open("127.0.0.1:" + port, options);
  // The loop of frames outlives the stream: nothing needs to be copied, as with every peer.
  const std::shared_ptr<const void> keeper(&ledger, [](const void*) {});
  const auto submit = [&](const Frame& frame) {
    const auto side = static_cast<std::uint32_t>(job.side);
    check(stream.submit({.pixels = frame.data(), .width = side, .height = side}, keeper), "submit");
  };
  // The connection and the clocks first.
  for (int i = 0; i < 30; ++i) {
    submit(ledger.frame(i));
    check(stream.wait_shown(std::chrono::seconds(5)), "no picture came through");
  }
  {
    const std::scoped_lock lock(mutex);
    latencies.clear();
  }
  const auto before = stream.status();
  const double cpu = own_cpu_seconds() + display_cpu_seconds(pid);
  for (int i = 0; i < job.count; ++i) {
    submit(ledger.next(i));
    // Nothing queues up in the library: a picture that still waits would be replaced by the next.
    if (job.fps <= 0) check(stream.wait_taken(std::chrono::seconds(5)), "no picture was taken");
  }
  stream.wait_shown(std::chrono::seconds(5));
  const double seconds = ledger.seconds();
  const double used = own_cpu_seconds() + display_cpu_seconds(pid) - cpu;
  const auto after = stream.status();
  stream.close();
  print_result(job, latencies, seconds, used,
               static_cast<double>(after.bytes_sent - before.bytes_sent) / job.count,
               static_cast<int>(after.shown - before.shown), after.encode_p50_us);
}

}  // namespace
}  // namespace live_bench

int main(int argc, char** argv) {
  using namespace live_bench;
  const std::string peer = argc > 1 ? argv[1] : "";
  const int first = peer == "ours" || peer == "p3x" ? 4 : 2;
  check(argc == first + 5, "the arguments stand at the top of bench/live_bench.cc");
  const Job job{argv[first], std::atoi(argv[first + 1]), std::atoi(argv[first + 2]),
                std::atof(argv[first + 3]), std::atoi(argv[first + 4])};
  if (peer == "reference") run_reference(job);
  if (peer == "ours") run_ours(argv[2], argv[3], job, p3a::Encoding::kJpeg);
  if (peer == "p3x") run_ours(argv[2], argv[3], job, p3a::Encoding::kP3x);
#ifdef P3A_GSTREAMER
  if (peer == "gstreamer") run_gstreamer(job);
#endif
  return 0;
}
