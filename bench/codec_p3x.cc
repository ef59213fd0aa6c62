// Encodes one raw sequence as P3X, decodes it, compares every pixel, and prints a line a frame:
// bytes, encoding nanoseconds, decoding and painting nanoseconds, frame type.
//   codec_p3x FILE WIDTH HEIGHT [TABLE_BITS [SLICES [HISTORY_KIB [STREAM]]]]
// FILE holds frames of R,G,B bytes. STREAM is written: every frame with its 4-byte length before
// it. Exit code 1 when a pixel differs. bench/codec.py and tests/vectors/make_p3x_vectors.py read
// it.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "core/codec/decoder.h"
#include "core/codec/encoder.h"

namespace {

using Clock = std::chrono::steady_clock;

long long nanoseconds(Clock::time_point from, Clock::time_point to) {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(to - from).count();
}

int fail(const char* what, long frame) {
  std::fprintf(stderr, "codec_p3x: %s at frame %ld\n", what, frame);
  return 1;
}

std::uint32_t argument(int argc, char** argv, int index, std::uint32_t otherwise) {
  return argc > index ? static_cast<std::uint32_t>(std::strtoul(argv[index], nullptr, 10))
                      : otherwise;
}

}  // namespace

int main(int argc, char** argv) {
  using namespace p3a::p3x;
  if (argc < 4)
    return fail("usage: codec_p3x FILE WIDTH HEIGHT [TABLE_BITS SLICES HISTORY STREAM]", 0);
  EncoderOptions options;
  options.size = {argument(argc, argv, 2, 0), argument(argc, argv, 3, 0)};
  options.table_bits = static_cast<std::uint8_t>(argument(argc, argv, 4, 16));
  options.slices = static_cast<std::uint8_t>(argument(argc, argv, 5, 1));
  options.history_bytes = std::uint64_t{argument(argc, argv, 6, 16384)} << 10;
  const auto bytes = Encoder::memory_bytes(options);
  if (!bytes) return fail("options out of range", 0);
  std::vector<std::uint64_t> memory(*bytes / 8 + 1), decoder_memory(*bytes / 8 + 1);
  const auto span = [](std::vector<std::uint64_t>& words) {
    return p3a::ByteSpan(static_cast<std::uint8_t*>(static_cast<void*>(words.data())),
                         words.size() * 8);
  };
  auto encoder = Encoder::make(options, span(memory));
  if (!encoder) return fail("no encoder", 0);
  Decoder decoder(span(decoder_memory));

  const std::size_t frame_bytes = options.size.pixels() * 3;
  std::vector<std::uint8_t> rgb(frame_bytes), panel(frame_bytes, 1), packet(2 * frame_bytes + 4096);
  std::FILE* const file = std::fopen(argv[1], "rb");
  if (file == nullptr) return fail("cannot open the file", 0);
  std::FILE* const stream = argc > 7 ? std::fopen(argv[7], "wb") : nullptr;
  for (long frame = 0; std::fread(rgb.data(), 1, frame_bytes, file) == frame_bytes; ++frame) {
    const auto start = Clock::now();
    const auto encoded =
        encoder->encode({rgb.data(), options.size, options.size.width * 3UL}, packet);
    const auto between = Clock::now();
    if (!encoded) {
      std::fprintf(stderr, "%.*s\n", static_cast<int>(encoded.error().message.view().size()),
                   encoded.error().message.view().data());
      return fail("cannot encode", frame);
    }
    const auto decoded = decoder.decode(p3a::ByteView(packet).first(encoded->size));
    if (!decoded) return fail("cannot decode", frame);
    decoder.paint_changes({panel.data(), options.size, options.size.width * 3UL});
    const auto end = Clock::now();
    if (panel != rgb) return fail("a pixel differs", frame);
    if (stream != nullptr) {
      const auto length = static_cast<std::uint32_t>(encoded->size);
      std::fwrite(&length, sizeof length, 1, stream);
      std::fwrite(packet.data(), 1, encoded->size, stream);
    }
    const p3a::Size cells = encoder->grid().cells();
    std::printf("%zu %lld %lld %d %ux%u\n", encoded->size, nanoseconds(start, between),
                nanoseconds(between, end), static_cast<int>(encoded->type), cells.width,
                cells.height);
  }
  if (stream != nullptr) std::fclose(stream);
  std::fclose(file);
  return 0;
}
