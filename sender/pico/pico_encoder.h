// 128 × 128 R,G,B pixels -> a video packet for a stock p3a. One thread at a time.
#pragma once

#include "sender/pico/dither.h"
#include "sender/pico/pico_packet.h"

namespace p3a::sender {

class PicoEncoder {
 public:
  /// The packet lives until the next call.
  ByteView encode(ByteView rgb) {
    const Palette& palette = chooser_.choose(rgb);
    dither_.apply(rgb, kPicoSize.width, palette, indices_);
    write_pico_video(palette, indices_, packet_);
    return packet_;
  }

 private:
  PaletteChooser chooser_;
  Dither dither_;
  std::array<std::uint8_t, kPicoSize.pixels()> indices_{};
  std::array<std::uint8_t, kPicoVideoBytes> packet_{};
};

}  // namespace p3a::sender
