// Pixel art with a rich part through the sender's own choice, to a display that takes mixed frames
// and to one that does not, decoded as a display does. Prints a JSON object for each content:
// bytes and encoding milliseconds a frame, and what is wrong anywhere.
//   mixed_bench [FRAMES]
// Checked on every frame: outside of the windows no pixel differs; and when the picture rests, none
// does at all. Exit code 1 otherwise. bench/mixed.py reads it.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <vector>

#include "device/live/p3x_show.h"
#include "ports/client/image_encoder.h"
#include "ports/decode/decoders.h"
#include "sender/frame_encoder.h"

namespace {

using namespace p3a;
using Clock = std::chrono::steady_clock;

constexpr Size kPanel{512, 512};
constexpr std::size_t kRow = kPanel.width * 3UL;

struct Picture {
  std::vector<std::uint8_t> rgb = std::vector<std::uint8_t>(kRow * kPanel.height);

  std::uint8_t* at(int x, int y) {
    return &rgb[static_cast<std::size_t>(y) * kRow + static_cast<std::size_t>(x) * 3];
  }
  void set(int x, int y, int r, int g, int b) {
    std::uint8_t* const p = at(x, y);
    p[0] = static_cast<std::uint8_t>(std::clamp(r, 0, 255));
    p[1] = static_cast<std::uint8_t>(std::clamp(g, 0, 255));
    p[2] = static_cast<std::uint8_t>(std::clamp(b, 0, 255));
  }
};

// 64 × 64 texels, each 8 × 8: tiles and a sprite that walks.
void draw_art(Picture& picture, int step) {
  for (int y = 0; y < 512; ++y)
    for (int x = 0; x < 512; ++x) {
      const int u = x / 8, v = y / 8, walk = step / 4 % 56;
      const bool sprite = u >= walk && u < walk + 7 && v >= 50 && v < 60;
      const int tile = (u / 8 * 5 + v / 8 * 3 + (u * v) % 5) % 6;
      if (sprite)
        picture.set(x, y, 240, 200 - (u - walk) * 12, (v % 3) * 60);
      else
        picture.set(x, y, 20 + tile * 22, 40 + tile * 14, 90 - tile * 9);
    }
}

void draw_video(Picture& picture, int step, int left, int top, int side) {
  std::minstd_rand random(static_cast<unsigned>(step) + 1);
  for (int y = 0; y < side; ++y)
    for (int x = 0; x < side; ++x) {
      const int grain = static_cast<int>(random() >> 8 & 15) - 8;
      picture.set(left + x, top + y, (x + 3 * step) % 256 * 3 / 4 + grain + 30,
                  (y * 2 + step) % 512 / 2 + grain, (x + y) / 2 % 256 + grain);
    }
}

void draw_gradient(Picture& picture) {
  for (int y = 0; y < 512; ++y)
    for (int x = 0; x < 512; ++x)
      picture.set(x, y, x / 2, y / 2, (x * 3 + y * 5) / 16 + ((x ^ y) & 1));
}

void draw_sprites(Picture& picture, int step) {
  for (int i = 0; i < 3; ++i) {
    const int left = (step * (2 + i) + i * 150) % 448, top = 60 + i * 140;
    for (int y = 0; y < 48; ++y)
      for (int x = 0; x < 48; ++x)
        picture.set(left + x, top + y, 255, 255 - x / 8 * 30, y / 8 * 40);
  }
}

using Draw = void (*)(Picture&, int step);
struct Content {
  const char* name;
  Draw draw;
};
constexpr Content kContents[] = {
    {"art", draw_art},
    {"video window",
     [](Picture& picture, int step) {
       draw_art(picture, step);
       draw_video(picture, step, 136, 120, 240);
     }},
    {"slides window",
     [](Picture& picture, int step) {
       draw_art(picture, step);
       draw_video(picture, step / 60 * 77, 136, 120, 240);
     }},
    {"sprites over a gradient",
     [](Picture& picture, int step) {
       draw_gradient(picture);
       draw_sprites(picture, step);
     }},
};

/// Decodes what a sender says.
class Panel {
 public:
  Panel() { maker_.configure(Config()); }

  bool show(const sender::EncodedFrame& frame) {
    windows_ = {};
    if (frame.format == FrameFormat::kPixelArt || frame.format == FrameFormat::kMixed) {
      const bool mixed = frame.format == FrameFormat::kMixed;
      if (mixed) windows_ = p3x::MixedFrame::parse(frame.payload)->windows;
      const auto pixels = mixed ? show_.decode_mixed(frame.payload, maker_, *scratch_)
                                : show_.decode(frame.payload, maker_.limits());
      if (pixels) shown.rgb.assign(pixels->bytes.begin(), pixels->bytes.end());
      return pixels.has_value();
    }
    windows_.add({0, 0, kPanel.width, kPanel.height});
    const auto pixels = maker_.decode(frame.payload, kPanel, *scratch_);
    if (pixels) shown.rgb.assign(pixels->begin(), pixels->end());
    return pixels.has_value();
  }
  bool exact_outside(const Picture& picture) const {
    for (std::uint32_t y = 0; y < kPanel.height; ++y)
      for (const auto& run : p3x::VisibleRuns(windows_, kPanel.width, y))
        if (!std::equal(&picture.rgb[y * kRow + run.from * 3UL],
                        picture.rgb.data() + y * kRow + run.to * 3UL,
                        &shown.rgb[y * kRow + run.from * 3UL]))
          return false;
    return true;
  }

  Picture shown;

 private:
  FramePool pool_{kPanel, PixelFormat::kRgb888, 1};
  FrameRef scratch_ = pool_.acquire();
  LibraryDecoders decoders_;
  FrameMaker maker_{decoders_};
  P3xShow show_{Capacities()};
  p3x::Windows windows_;
};

struct Figures {
  double bytes = 0, first_bytes = 0, p50_ms = 0, p99_ms = 0, exact_bytes = 0;
  long mixed = 0, outside_wrong = 0;
  bool rests_exact = false;
};

Figures run(const Content& content, bool takes_mixed, int frames) {
  StreamOptions options;
  sender::LibraryImageEncoder images;
  sender::FrameEncoder encoder(images, options);
  sender::PanelFacts panel{.size = kPanel,
                           .p3x = sender::P3xLimits{.table_bits = 16, .picture_bytes = 8U << 20}};
  if (!takes_mixed) panel.formats &= ~sender::PanelFacts::bit_of(FrameFormat::kMixed);
  Panel shown;
  Picture picture;
  Figures figures;
  std::vector<double> times;
  const sender::Pixels pixels{picture.rgb.data(), kPanel, kRow, InputFormat::kRgb888};
  bool exact = true;
  for (int i = 0; i < frames; ++i) {
    content.draw(picture, i);
    const auto start = Clock::now();
    const auto frame = encoder.encode(pixels, 75, panel);
    times.push_back(std::chrono::duration<double, std::milli>(Clock::now() - start).count());
    if (!frame || !shown.show(*frame)) std::exit((std::fprintf(stderr, "frame %d\n", i), 1));
    (i < 8 ? figures.first_bytes : figures.bytes) += static_cast<double>(frame->payload.size());
    figures.mixed += frame->format == FrameFormat::kMixed;
    figures.outside_wrong += !shown.exact_outside(picture);
    exact = frame->exact;
    if (std::getenv("P3A_BENCH_VERBOSE") != nullptr)
      std::fprintf(stderr, "%s %d: %zu bytes, %.2f ms, format %d, %d\n", content.name, i,
                   frame->payload.size(), times.back(), static_cast<int>(frame->format), exact);
  }
  for (int i = 0; !exact && i < 200; ++i) {
    const auto frame = encoder.encode_exact(pixels, panel, 1U << 20);
    if (!frame || !shown.show(*frame)) break;
    figures.exact_bytes += static_cast<double>(frame->payload.size());
    exact = frame->exact;
  }
  figures.rests_exact = shown.shown.rgb == picture.rgb;
  figures.bytes /= frames - 8;
  std::ranges::sort(times);
  figures.p50_ms = times[times.size() / 2];
  figures.p99_ms = times[times.size() * 99 / 100];
  return figures;
}

}  // namespace

int main(int argc, char** argv) {
  const int frames = argc > 1 ? std::atoi(argv[1]) : 300;
  bool good = true;
  for (const Content& content : kContents)
    for (const bool mixed : {false, true}) {
      const Figures f = run(content, mixed, frames);
      std::printf(
          "{\"content\": \"%s\", \"mixed\": %s, \"bytes\": %.0f, \"first_bytes\": %.0f, "
          "\"exact_bytes\": %.0f, \"p50_ms\": %.3f, \"p99_ms\": %.3f, \"mixed_frames\": %ld, "
          "\"outside_wrong\": %ld, \"rests_exact\": %s}\n",
          content.name, mixed ? "true" : "false", f.bytes, f.first_bytes, f.exact_bytes, f.p50_ms,
          f.p99_ms, f.mixed, f.outside_wrong, f.rests_exact ? "true" : "false");
      good = good && f.outside_wrong == 0 && f.rests_exact;
    }
  return good ? 0 : 1;
}
