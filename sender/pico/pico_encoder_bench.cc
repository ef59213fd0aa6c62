// A whole frame for a stock p3a, of a scene that stays and of one that is new each time.
#include <benchmark/benchmark.h>

#include "sender/pico/pico_encoder.h"
#include "sender/pico/test_picture.h"

namespace p3a::sender {
namespace {

void encode(benchmark::State& state) {
  const Bytes scenes[] = {with_noise(plasma(0), 6), with_noise(plasma(2, 110), 6)};
  const bool cuts = state.range(0) != 0;
  PicoEncoder encoder;
  std::size_t frame = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(encoder.encode(scenes[cuts ? frame++ % 2 : 0]).data());
  }
}
BENCHMARK(encode)->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace p3a::sender
