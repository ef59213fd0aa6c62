// The first frame of a 720 x 720 JPEG (q75, 4:2:0) onto a panel of that size, against turbojpeg's
// bare decode to the same memory. Link with benchmark and turbojpeg.
#include <benchmark/benchmark.h>
#include <turbojpeg.h>

#include "ports/decode/decoders.h"
#include "ports/decode/jpeg_samples.h"
#include "ports/decode/picture_files.h"
#include "ports/decode/png_encoder.h"

namespace p3a {
namespace {

constexpr Size kSize{720, 720};

void BM_JpegFirstFrame(benchmark::State& state) {
  const auto bytes = make_jpeg({.size = kSize, .noise = state.range(0) != 0});
  CanvasMemory memory(kSize);
  for (auto _ : state) {
    const auto picture = LibraryDecoders().open(std::make_unique<MemoryFile>(bytes), ImageLimits{});
    if (!(*picture)->next(View{}, memory.canvas)) state.SkipWithError("not decoded");
  }
}
BENCHMARK(BM_JpegFirstFrame)->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond);

void BM_TurboJpegDecode(benchmark::State& state) {
  const auto bytes = make_jpeg({.size = kSize, .noise = state.range(0) != 0});
  CanvasMemory memory(kSize);
  const tjhandle decoder = tjInitDecompress();
  for (auto _ : state) {
    if (tjDecompress2(decoder, bytes.data(), bytes.size(), memory.pixels.data(), 720, 720 * 3, 720,
                      TJPF_RGB, 0) != 0) {
      state.SkipWithError("not decoded");
    }
  }
  tjDestroy(decoder);
}
BENCHMARK(BM_TurboJpegDecode)->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond);

void BM_PngSnapshot(benchmark::State& state) {
  CanvasMemory memory(kSize);
  std::minstd_rand random(1);
  for (std::size_t i = 0; i < memory.pixels.size(); ++i) {
    const bool noise = state.range(0) != 0;
    memory.pixels[i] = static_cast<std::uint8_t>(noise ? random() >> 8 : i / 36 % 60 + i / 25920);
  }
  for (auto _ : state) benchmark::DoNotOptimize(PngEncoder().encode_png(memory.canvas));
}
BENCHMARK(BM_PngSnapshot)->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace p3a

BENCHMARK_MAIN();
