#include "sender/pico/dither.h"

#include <algorithm>
#include <limits>

namespace p3a::sender {
namespace {

constexpr std::uint8_t kCandidates = 16;
// How much of what is off is made good: half. All of it brings in colours that stand out where the
// palette has none nearby; a gradient's error after blurring falls from 10.1 to 9.8 levels.
constexpr int kOwedOver = 2;
constexpr std::array<std::array<std::uint8_t, 4>, 4> kBayer = {
    {{0, 8, 2, 10}, {12, 4, 14, 6}, {3, 11, 1, 9}, {15, 7, 13, 5}}};

std::size_t cell_of(int r, int g, int b) {
  return static_cast<std::size_t>(r >> 3 << 10 | g >> 3 << 5 | b >> 3);
}

std::uint8_t pick(const std::array<std::uint8_t, kPaletteColors>& counts, int place) {
  std::uint8_t index = 0;
  for (; place >= counts[index]; ++index) place -= counts[index];
  return index;
}

}  // namespace

Dither::Dither() : nearest_(1u << 15) { take(Palette{}); }

void Dither::apply(ByteView rgb, std::uint32_t width, const Palette& palette, ByteSpan indices) {
  take(palette);
  Channels last{-1, -1, -1};
  Counts counts{};
  for (std::size_t i = 0; i < indices.size(); ++i) {
    const Channels color{rgb[i * 3], rgb[i * 3 + 1], rgb[i * 3 + 2]};
    if (color != last) counts = candidates(color);
    last = color;
    indices[i] = pick(counts, kBayer[i / width % 4][i % width % 4]);
  }
}

void Dither::take(const Palette& palette) {
  std::array<Channels, kPaletteColors> colors;
  std::ranges::transform(palette, colors.begin(), [](Rgb c) { return Channels{c.r, c.g, c.b}; });
  if (colors == colors_) return;
  colors_ = colors;
  for (int r = 4; r < 256; r += 8) {
    for (int g = 4; g < 256; g += 8) {
      for (int b = 4; b < 256; b += 8) {
        nearest_[cell_of(r, g, b)] = static_cast<std::uint8_t>(nearest({r, g, b}));
      }
    }
  }
}

std::uint32_t Dither::nearest(const Channels& color) const {
  std::uint32_t best = std::numeric_limits<std::uint32_t>::max();
  for (std::uint32_t i = 0; i < kPaletteColors; ++i) {
    const int r = color[0] - colors_[i][0];
    const int g = color[1] - colors_[i][1];
    const int b = color[2] - colors_[i][2];
    const auto distance = static_cast<std::uint32_t>(2 * r * r + 4 * g * g + 3 * b * b);
    best = std::min(best, distance << 4 | i);
  }
  return best & 15;
}

// The first one is the nearest, and where it is the colour itself the only one. The others come
// from the table: what one is off, the next ones make good in part.
Dither::Counts Dither::candidates(const Channels& color) const {
  Counts counts{};
  std::uint32_t chosen = nearest(color);
  if (colors_[chosen] == color) {
    counts[chosen] = kCandidates;
    return counts;
  }
  Channels owed{};  // what the candidates so far are off, together
  for (int left = kCandidates;;) {
    ++counts[chosen];
    if (--left == 0) return counts;
    Channels within;
    for (std::size_t axis = 0; axis < 3; ++axis) {
      owed[axis] += color[axis] - colors_[chosen][axis];
      within[axis] = std::clamp(color[axis] + owed[axis] / kOwedOver, 0, 255);
    }
    chosen = nearest_[cell_of(within[0], within[1], within[2])];
  }
}

}  // namespace p3a::sender
