// Which of 16 colours each pixel gets, so that the eye sees the colours in between: ordered
// dithering.
//
// Each pixel gets 16 candidates whose mean is close to its colour; which of them is shown depends
// on its place in a 4 x 4 Bayer matrix alone, so what does not move does not flicker (pattern
// dithering after T. Knoll, US 6606166, expired). A colour that the palette has is shown as it is.
// One thread at a time.
#pragma once

#include "sender/pico/palette.h"

namespace p3a::sender {

class Dither {
 public:
  Dither();

  /// `rgb`: rows of `width` pixels. `palette` in the order of brightness. `indices`: one byte a
  /// pixel.
  void apply(ByteView rgb, std::uint32_t width, const Palette& palette, ByteSpan indices);

 private:
  using Channels = std::array<int, 3>;
  /// How often each colour is among the candidates.
  using Counts = std::array<std::uint8_t, kPaletteColors>;

  void take(const Palette& palette);
  std::uint32_t nearest(const Channels& color) const;
  Counts candidates(const Channels& color) const;

  std::array<Channels, kPaletteColors> colors_{};
  std::vector<std::uint8_t> nearest_;  // to the middle of each cell of 8 x 8 x 8 colours
};

}  // namespace p3a::sender
