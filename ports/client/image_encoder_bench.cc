// What a frame costs to encode: 720 × 720 RGBA, three kinds of content.
#include <benchmark/benchmark.h>

#include "ports/client/image_encoder.h"

namespace p3a::sender {
namespace {

constexpr std::uint32_t kSide = 720;

enum Content : std::int64_t { kNoise, kGradient, kPixelArt };

std::vector<std::uint8_t> content(std::int64_t kind) {
  std::vector<std::uint8_t> rgba(std::size_t{kSide} * kSide * 4, 255);
  for (std::uint32_t y = 0; y < kSide; ++y) {
    for (std::uint32_t x = 0; x < kSide; ++x) {
      // Noise: soft shapes with grain, as generative pieces have them. Pixel art: 64 a side.
      const std::uint32_t cell = kind == kPixelArt ? (y * 64 / kSide) * 64 + x * 64 / kSide : 0;
      const std::uint32_t random = (kind == kPixelArt ? cell : y * kSide + x) * 2654435761u;
      std::uint8_t* p = &rgba[(std::size_t{y} * kSide + x) * 4];
      for (std::uint32_t c = 0; c < 3; ++c) {
        const std::uint32_t slope = (c == 0 ? x : c == 1 ? y : x + y) * 255 / (kSide * 2);
        const std::uint32_t grain = random >> (24 - c * 4) & (kind == kPixelArt ? 0xC0 : 0x1F);
        p[c] = static_cast<std::uint8_t>(kind == kPixelArt ? grain
                                         : kind == kNoise  ? slope + grain
                                                           : slope);
      }
    }
  }
  return rgba;
}

void encode_jpeg(benchmark::State& state) {
  LibraryImageEncoder encoder;
  const auto rgba = content(state.range(0));
  const Pixels pixels{rgba.data(), {kSide, kSide}, kSide * 4, InputFormat::kRgba8888};
  std::size_t bytes = 0;
  for (auto _ : state) {
    bytes = encoder.encode_jpeg(pixels, static_cast<int>(state.range(1)), false)->size();
  }
  state.counters["KB"] = static_cast<double>(bytes) / 1000;
}
BENCHMARK(encode_jpeg)
    ->ArgsProduct({{kNoise, kGradient, kPixelArt}, {75, 90, 95}})
    ->Unit(benchmark::kMillisecond);

void encode_png(benchmark::State& state) {
  LibraryImageEncoder encoder;
  const auto rgba = content(state.range(0));
  std::vector<std::uint8_t> rgb(std::size_t{kSide} * kSide * 3);
  to_rgb_row(rgba.data(), InputFormat::kRgba8888, kSide * kSide, false, rgb.data());
  const Pixels pixels{rgb.data(), {kSide, kSide}, kSide * 3, InputFormat::kRgb888};
  std::size_t bytes = 0;
  for (auto _ : state) bytes = encoder.encode_png(pixels, PngEffort::kFast)->size();
  state.counters["KB"] = static_cast<double>(bytes) / 1000;
}
BENCHMARK(encode_png)->DenseRange(kNoise, kPixelArt)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace p3a::sender
