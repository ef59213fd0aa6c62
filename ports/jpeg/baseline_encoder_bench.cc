// 720 × 720 RGBX to JPEG of quality 75, in 4:2:0: ours and libjpeg-turbo's exact transform.
#include <benchmark/benchmark.h>
#include <turbojpeg.h>

#include "bench/live_content.h"
#include "ports/jpeg/baseline_encoder.h"

namespace p3a::jpeg {
namespace {

constexpr const char* kContents[] = {"noise", "gradient", "pixelart"};
constexpr int kSide = 720, kQuality = 75;

void ours(benchmark::State& state) {
  const auto loop = live_bench::make_loop(kContents[state.range(0)], kSide);
  BaselineEncoder encoder;
  std::size_t i = 0;
  for (auto _ : state) {
    const auto& frame = loop[i++ % loop.size()];
    benchmark::DoNotOptimize(
        encoder.encode({frame.data(), {kSide, kSide}, kSide * 4, PixelOrder::kRgbx}, kQuality));
  }
  state.SetLabel(kContents[state.range(0)]);
}
BENCHMARK(ours)->DenseRange(0, 2)->Unit(benchmark::kMillisecond);

void library(benchmark::State& state) {
  const auto loop = live_bench::make_loop(kContents[state.range(0)], kSide);
  const tjhandle turbo = tjInitCompress();
  std::vector<unsigned char> file(tjBufSize(kSide, kSide, TJSAMP_420));
  std::size_t i = 0;
  for (auto _ : state) {
    unsigned char* at = file.data();
    unsigned long bytes = file.size();
    tjCompress2(turbo, loop[i++ % loop.size()].data(), kSide, 0, kSide, TJPF_RGBX, &at, &bytes,
                TJSAMP_420, kQuality, TJFLAG_NOREALLOC | TJFLAG_ACCURATEDCT);
  }
  tjDestroy(turbo);
  state.SetLabel(kContents[state.range(0)]);
}
BENCHMARK(library)->DenseRange(0, 2)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace p3a::jpeg
