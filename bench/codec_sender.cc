// Sends one raw sequence through the sender's own choice, with `--format p3x` and `--max-error N`,
// decodes what comes out, compares every pixel, and prints a line a frame: bytes, encoding
// nanoseconds, format.
//   codec_sender FILE WIDTH HEIGHT [MAX_ERROR]
// FILE holds frames of R,G,B bytes. Exit code 1 when a channel is off by more. bench/codec.py reads
// it.
#include <spng.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <vector>

#include "core/codec/decoder.h"
#include "ports/client/image_encoder.h"
#include "sender/frame_encoder.h"

namespace {

using namespace p3a;
using Clock = std::chrono::steady_clock;

int fail(const char* what, long frame) {
  std::fprintf(stderr, "codec_sender: %s at frame %ld\n", what, frame);
  return 1;
}

bool decode_png(ByteView file, std::vector<std::uint8_t>& rgb) {
  const std::unique_ptr<spng_ctx, decltype(&spng_ctx_free)> context(spng_ctx_new(0), spng_ctx_free);
  return spng_set_png_buffer(context.get(), file.data(), file.size()) == 0 &&
         spng_decode_image(context.get(), rgb.data(), rgb.size(), SPNG_FMT_RGB8, 0) == 0;
}

int largest_difference(const std::vector<std::uint8_t>& a, const std::vector<std::uint8_t>& b) {
  int largest = 0;
  for (std::size_t i = 0; i < a.size(); ++i) largest = std::max(largest, std::abs(a[i] - b[i]));
  return largest;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) return fail("usage: codec_sender FILE WIDTH HEIGHT [MAX_ERROR]", 0);
  const Size size{static_cast<std::uint32_t>(std::atoi(argv[2])),
                  static_cast<std::uint32_t>(std::atoi(argv[3]))};
  StreamOptions options{.encoding = Encoding::kP3x};
  if (argc > 4) options.max_error = std::atoi(argv[4]);
  // What a display of ours announces.
  const sender::PanelFacts panel{
      .size = size, .p3x = sender::P3xLimits{.table_bits = 16, .picture_bytes = 8U << 20}};
  sender::LibraryImageEncoder images;
  sender::FrameEncoder encoder(images, options);
  std::vector<std::uint64_t> memory(4U << 20);
  p3x::Decoder decoder({reinterpret_cast<std::uint8_t*>(memory.data()), memory.size() * 8});

  std::vector<std::uint8_t> rgb(size.pixels() * 3), art(rgb.size()), shown(rgb.size());
  std::FILE* const file = std::fopen(argv[1], "rb");
  if (file == nullptr) return fail("cannot open the file", 0);
  for (long i = 0; std::fread(rgb.data(), 1, rgb.size(), file) == rgb.size(); ++i) {
    const auto start = Clock::now();
    const auto frame =
        encoder.encode({rgb.data(), size, size.width * 3UL, InputFormat::kRgb888}, 75, panel);
    const auto took = std::chrono::nanoseconds(Clock::now() - start).count();
    if (!frame) return fail(std::string(frame.error().message.view()).c_str(), i);
    if (frame->format == FrameFormat::kPixelArt) {
      if (!decoder.decode(frame->payload)) return fail("cannot decode P3X", i);
      decoder.paint_changes({art.data(), size, size.width * 3UL});
      shown = art;
    } else if (!decode_png(frame->payload, shown)) {
      return fail("cannot decode PNG", i);
    }
    if (largest_difference(rgb, shown) > options.max_error) return fail("a pixel differs", i);
    std::printf("%zu %lld %s\n", frame->payload.size(), static_cast<long long>(took),
                frame->format == FrameFormat::kPixelArt ? "p3x" : "png");
  }
  std::fclose(file);
  return 0;
}
