// Live pictures as JPEG (720 x 720, 4:2:0, quality 75) by BaselineDecoder and by libjpeg-turbo,
// with colours repeated (the same pixels) and interpolated. Argument: noise, gradient, pixel art.
#include <benchmark/benchmark.h>

#include "bench/live_content.h"
#include "ports/jpeg/baseline_decoder.h"
#include "ports/jpeg/test_turbo.h"

namespace p3a::jpeg {
namespace {

constexpr int kSide = 720;
constexpr Size kSize{kSide, kSide};
constexpr std::size_t kStride = kSide * std::size_t{3};

struct Sample {
  const char* name;
  int quality;
};
constexpr Sample kSamples[] = {{"noise", 75}, {"gradient", 75}, {"pixelart", 75},
                               {"noise", 90}, {"gradient", 90}, {"pixelart", 90}};

std::vector<Bytes> make_files(benchmark::State& state) {
  const Sample& sample = kSamples[state.range(0)];
  std::vector<Bytes> files;
  for (const auto& frame : live_bench::make_loop(sample.name, kSide)) {
    Bytes pixels;
    for (std::size_t i = 0; i < frame.size(); ++i) {
      if (i % 4 != 3) pixels.push_back(frame[i]);
    }
    files.push_back(turbo_encode(pixels, kSize, sample.quality));
  }
  state.SetLabel(std::string(sample.name) + " q" + std::to_string(sample.quality) + ", " +
                 std::to_string(files[0].size() / 1000) + " KB");
  return files;
}

void BM_BaselineDecoder(benchmark::State& state) {
  const auto files = make_files(state);
  Bytes pixels(kStride * kSide), scratch(1U << 20);
  std::size_t next = 0;
  for (auto _ : state) {
    auto decoder = BaselineDecoder::open(files[next++ % files.size()], scratch);
    bool decoded = decoder.has_value();
    for (std::size_t y = 0; decoded && y < kSide; y += BaselineDecoder::kRows) {
      decoded = decoder->read_rows(&pixels[y * kStride], kStride);
    }
    if (!decoded) state.SkipWithError("not decoded");
  }
}
BENCHMARK(BM_BaselineDecoder)->DenseRange(0, 5)->Unit(benchmark::kMicrosecond);

// What is done before the first row.
void BM_BaselineDecoderOpen(benchmark::State& state) {
  const auto files = make_files(state);
  Bytes scratch(1U << 20);
  std::size_t next = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(BaselineDecoder::open(files[next++ % files.size()], scratch));
  }
}
BENCHMARK(BM_BaselineDecoderOpen)->DenseRange(0, 5)->Unit(benchmark::kMicrosecond);

void turbo(benchmark::State& state, int flags) {
  const auto files = make_files(state);
  Bytes pixels(kStride * kSide);
  const Turbo decoder(tjInitDecompress());
  std::size_t next = 0;
  for (auto _ : state) {
    const Bytes& file = files[next++ % files.size()];
    if (tjDecompress2(decoder.get(), file.data(), file.size(), pixels.data(), 0, 0, 0, TJPF_RGB,
                      flags) != 0) {
      state.SkipWithError("not decoded");
    }
  }
}
void BM_TurboRepeated(benchmark::State& state) { turbo(state, TJFLAG_FASTUPSAMPLE); }
void BM_TurboInterpolated(benchmark::State& state) { turbo(state, 0); }
BENCHMARK(BM_TurboRepeated)->DenseRange(0, 5)->Unit(benchmark::kMicrosecond);
BENCHMARK(BM_TurboInterpolated)->DenseRange(0, 5)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace p3a::jpeg
