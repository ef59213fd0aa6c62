// What each frame of a P3X stream costs on the chip's instruction set: decoded, and painted onto an
// RGB888 panel where it changed. A line "instructions" a frame, as QEMU counts them.
//   p3x_cost STREAM
// STREAM, a short path on the host's disk, is what codec_p3x writes: every frame with its 4-byte
// length before it. bench/codec.py runs it.
#include <array>
#include <cstdio>

#include "core/codec/decoder.h"
#include "ports/rv32/machine.h"

namespace {

// As chip_capacities() gives them to the decoder, and the largest panel of the corpus.
alignas(8) std::array<std::uint8_t, (3U << 20)> memory;
std::array<std::uint8_t, 720 * 720 * 3> panel;
std::array<std::uint8_t, 1U << 20> packet;

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  std::FILE* const stream = std::fopen(argv[1], "rb");
  if (stream == nullptr) return 2;
  static p3a::p3x::Decoder decoder(memory);
  std::array<std::uint8_t, 4> length;
  while (std::fread(length.data(), 1, length.size(), stream) == length.size()) {
    const std::uint32_t bytes = p3a::load_le32(length.data());
    if (bytes > packet.size() || std::fread(packet.data(), 1, bytes, stream) != bytes) return 1;
    const std::uint64_t begun = p3a::rv32::instructions();
    if (!decoder.decode(p3a::ByteView(packet).first(bytes))) return 1;
    const p3a::Size size = decoder.grid().output();
    if (size.pixels() * 3 > panel.size()) return 1;
    decoder.paint_changes({panel.data(), size, size.width * std::size_t{3}});
    std::printf("%llu\n", static_cast<unsigned long long>(p3a::rv32::instructions() - begun));
  }
  std::fclose(stream);
  return 0;
}
