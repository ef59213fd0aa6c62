// How long a whole picture takes from its rows to the canvas; items are pixels of the canvas. The
// first is the floor: the same bytes copied.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstring>
#include <vector>

#include "core/compose/compositor.h"

namespace p3a {
namespace {

struct Case {
  Size picture;
  Size canvas{720, 720};
  RowFormat rows = RowFormat::kRgb888;
  PixelFormat format = PixelFormat::kRgb888;
  Fit fit = Fit::kContain;
  Scaling scaling = Scaling::kNearest;
  Rotation rotation = Rotation::k0;
  float brightness = 1;
  bool opaque = true;
};

std::vector<std::uint8_t> noise(std::size_t bytes) {
  std::vector<std::uint8_t> made(bytes);
  std::uint32_t seed = 1;
  for (auto& byte : made) {
    seed = seed * 1664525 + 1013904223;
    byte = static_cast<std::uint8_t>(seed >> 24);
  }
  return made;
}

void copy_of_the_bytes(benchmark::State& state) {
  const auto from = noise(720 * 720 * 3);
  auto to = from;
  for (auto _ : state) {
    std::memcpy(to.data(), from.data(), from.size());
    benchmark::DoNotOptimize(to.data());
    benchmark::ClobberMemory();
  }
}
BENCHMARK(copy_of_the_bytes)->Unit(benchmark::kMicrosecond);

void compose(benchmark::State& state, const Case& given) {
  const std::size_t pixel = bytes_per_pixel(given.rows);
  const std::size_t row_bytes = given.picture.width * pixel;
  auto picture = noise(row_bytes * given.picture.height);
  if (pixel == 4 && given.opaque) {
    for (std::size_t i = 3; i < picture.size(); i += 4) picture[i] = 255;
  }
  const std::size_t stride = given.canvas.width * bytes_per_pixel(given.format);
  std::vector<std::uint8_t> pixels(stride * given.canvas.height);
  std::vector<std::uint8_t> scratch(Compositor::scratch_bytes(
      given.picture.width, std::max(given.canvas.width, given.canvas.height)));
  const Canvas canvas{pixels.data(), given.canvas, stride, given.format};
  View view;
  view.fit = given.fit;
  view.scaling = given.scaling;
  view.rotation = given.rotation;
  view.tone = make_tone_curve(1, given.brightness);
  for (auto _ : state) {
    auto compositor =
        Compositor::begin(canvas, view, given.picture, given.picture, given.rows, scratch);
    for (std::uint32_t y = 0; y < given.picture.height; ++y) {
      compositor->push_row(ByteView(picture).subspan(y * row_bytes, row_bytes));
    }
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(given.canvas.pixels()));
}

constexpr Size kPanel{720, 720};
#define P3A_BENCH(name, ...) \
  BENCHMARK_CAPTURE(compose, name, Case{__VA_ARGS__})->Unit(benchmark::kMicrosecond)

P3A_BENCH(same_size, .picture = kPanel);
P3A_BENCH(same_size_rgba_opaque, .picture = kPanel, .rows = RowFormat::kRgba8888);
P3A_BENCH(same_size_rgba_mixed, .picture = kPanel, .rows = RowFormat::kRgba8888, .opaque = false);
P3A_BENCH(same_size_to_rgb565, .picture = kPanel, .format = PixelFormat::kRgb565);
P3A_BENCH(same_size_to_rgb565_toned, .picture = kPanel, .format = PixelFormat::kRgb565,
          .brightness = 0.5F);
P3A_BENCH(same_size_to_rgb565_turned_90, .picture = kPanel, .format = PixelFormat::kRgb565,
          .rotation = Rotation::k90);
P3A_BENCH(same_size_toned, .picture = kPanel, .brightness = 0.5F);
P3A_BENCH(same_size_turned_90, .picture = kPanel, .rotation = Rotation::k90);
P3A_BENCH(same_size_turned_180, .picture = kPanel, .rotation = Rotation::k180);
P3A_BENCH(nearest_from_64, .picture = {64, 64});
P3A_BENCH(nearest_from_64_turned_90, .picture = {64, 64}, .rotation = Rotation::k90);
P3A_BENCH(nearest_from_500, .picture = {500, 500});
P3A_BENCH(bilinear_from_64, .picture = {64, 64}, .scaling = Scaling::kBilinear);
P3A_BENCH(bilinear_from_500, .picture = {500, 500}, .scaling = Scaling::kBilinear);
P3A_BENCH(average_from_1440, .picture = {1440, 1440});
P3A_BENCH(average_from_1080_cover, .picture = {1920, 1080}, .fit = Fit::kCover);
P3A_BENCH(average_from_1021, .picture = {1021, 1021});
P3A_BENCH(average_from_2048, .picture = {2048, 2048});
P3A_BENCH(average_from_2048_rgba, .picture = {2048, 2048}, .rows = RowFormat::kRgba8888);

}  // namespace
}  // namespace p3a
