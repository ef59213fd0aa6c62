// What the sandbox costs a picture: 720 x 720 JPEG of noise (1) and a smooth one (0), in this
// process and in a worker, one after the other and with the 16 ms of a stream between them.
#include <benchmark/benchmark.h>

#include <chrono>
#include <thread>

#include "ports/decode/decoders.h"
#include "ports/decode/jpeg_samples.h"
#include "ports/decode/picture_files.h"
#include "ports/fake/fake_log.h"
#include "ports/linux/sandbox/sandboxed_decoders.h"

namespace p3a {
namespace {

constexpr Size kSize{720, 720};
constexpr std::size_t kStride = kSize.width * std::size_t{3};

void decode(benchmark::State& state, bool sandboxed, std::chrono::milliseconds pause) {
  const auto bytes = make_jpeg({.size = kSize, .noise = state.range(0) != 0});
  LibraryDecoders libraries;
  FakeLog log;
  SandboxedDecoders decoders(libraries, log, kStride * kSize.height);
  Config config;
  config.decode.sandbox = sandboxed ? SandboxMode::kOn : SandboxMode::kOff;
  if (!decoders.configure(config)) return state.SkipWithError("no sandbox");
  const Canvas canvas{.pixels = decoders.frames().data(),
                      .size = kSize,
                      .stride = kStride,
                      .format = PixelFormat::kRgb888};
  for (auto _ : state) {
    if (pause > pause.zero()) std::this_thread::sleep_for(pause);
    const auto begun = std::chrono::steady_clock::now();
    const auto picture = decoders.open(std::make_unique<MemoryFile>(bytes), ImageLimits{});
    if (!picture || !(*picture)->next(View{}, canvas)) state.SkipWithError("not decoded");
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
    state.SetIterationTime(took.count());
  }
}

void BM_InProcess(benchmark::State& state) { decode(state, false, {}); }
void BM_Sandbox(benchmark::State& state) { decode(state, true, {}); }
void BM_InProcessPaced(benchmark::State& state) {
  decode(state, false, std::chrono::milliseconds(16));
}
void BM_SandboxPaced(benchmark::State& state) {
  decode(state, true, std::chrono::milliseconds(16));
}
BENCHMARK(BM_InProcess)->Arg(0)->Arg(1)->UseManualTime()->Unit(benchmark::kMicrosecond);
BENCHMARK(BM_Sandbox)->Arg(0)->Arg(1)->UseManualTime()->Unit(benchmark::kMicrosecond);
BENCHMARK(BM_InProcessPaced)
    ->Arg(0)
    ->Arg(1)
    ->Iterations(200)
    ->UseManualTime()
    ->Unit(benchmark::kMicrosecond);
BENCHMARK(BM_SandboxPaced)
    ->Arg(0)
    ->Arg(1)
    ->Iterations(200)
    ->UseManualTime()
    ->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace p3a
