#include "sender/pico/pico_packet.h"

#include <algorithm>
#include <iterator>

namespace p3a::sender {

void write_pico_video(const Palette& palette, ByteView indices,
                      std::span<std::uint8_t, kPicoVideoBytes> packet) {
  constexpr std::size_t kLength = kPicoVideoBytes - 6;
  constexpr std::uint8_t kHead[] = {0x70, 0x38, 0x46, kLength & 0xFF, kLength >> 8, 1};
  std::uint8_t* to = std::copy(std::begin(kHead), std::end(kHead), packet.data());
  for (const Rgb color : palette) {
    *to++ = color.r;
    *to++ = color.g;
    *to++ = color.b;
  }
  for (std::size_t i = 0; i < kPicoSize.pixels(); i += 2) {
    *to++ = static_cast<std::uint8_t>(indices[i] | indices[i + 1] << 4);
  }
}

}  // namespace p3a::sender
