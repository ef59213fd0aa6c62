// Fades a display through all colours: fade ADDRESS [SECONDS]
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <p3a/p3a.hpp>
#include <thread>
#include <vector>

int main(int argc, char** argv) {
  if (argc < 2) return std::fprintf(stderr, "usage: fade ADDRESS [SECONDS]\n"), 2;
  const int frames = 60 * (argc > 2 ? std::atoi(argv[2]) : 5);

  p3a::Stream stream = p3a::Stream::open(argv[1]);
  constexpr std::uint32_t kSide = 64;
  std::vector<std::uint8_t> rgba(kSide * kSide * 4);
  for (int i = 0; i < frames; ++i) {
    for (std::size_t at = 0; at < rgba.size(); at += 4) {
      rgba[at] = static_cast<std::uint8_t>(i);
      rgba[at + 1] = static_cast<std::uint8_t>(at / 64);
      rgba[at + 2] = static_cast<std::uint8_t>(255 - i % 256);
    }
    p3a::PixelView picture;
    picture.pixels = rgba.data();
    picture.width = picture.height = kSide;
    stream.submit(picture);
    std::this_thread::sleep_for(std::chrono::microseconds(16'667));
  }
  const bool shown = stream.wait_shown(std::chrono::seconds(1));
  const p3a::StreamStatus status = stream.status();
  std::printf("%llu pictures sent, %llu shown, latency %lld us\n",
              static_cast<unsigned long long>(status.sent),
              static_cast<unsigned long long>(status.shown),
              static_cast<long long>(status.latency_p50_us));
  if (!shown) std::fprintf(stderr, "%s\n", status.error.c_str());
  return shown ? 0 : 1;
}
