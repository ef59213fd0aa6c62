#include "sender/pattern/pattern.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace p3a::sender {
namespace {

struct Colour {
  std::uint8_t r = 0;
  std::uint8_t g = 0;
  std::uint8_t b = 0;
};
constexpr Colour kBlack{0, 0, 0};
constexpr Colour kWhite{255, 255, 255};

constexpr std::uint8_t byte(std::uint64_t value) { return static_cast<std::uint8_t>(value); }

template <class ColourAt>  // of (x, y)
void fill(Size size, ByteSpan rgba, ColourAt colour_at) {
  std::uint8_t* to = rgba.data();
  for (std::uint32_t y = 0; y < size.height; ++y) {
    for (std::uint32_t x = 0; x < size.width; ++x, to += 4) {
      const Colour colour = colour_at(x, y);
      to[0] = colour.r, to[1] = colour.g, to[2] = colour.b, to[3] = 255;
    }
  }
}

// How far something is that covers `distance` in `period` and begins again.
std::uint64_t cycle(Micros elapsed, Micros period, std::uint64_t distance) {
  const auto part = static_cast<std::uint64_t>(elapsed.count() % period.count());
  return part * distance / static_cast<std::uint64_t>(period.count());
}

// One turn of a wave in 256 steps, 0 to 255: two parabolas instead of a sine, so that every machine
// gets the same.
constexpr std::uint8_t wave(std::uint64_t turn) {
  const auto t = static_cast<int>(turn & 127);
  const int arc = t * (128 - t) / 32;  // 0 to 128
  return static_cast<std::uint8_t>((turn & 128) != 0 ? 128 - arc : std::min(127 + arc, 255));
}

constexpr std::array<Colour, 256> kHues = [] {
  std::array<Colour, 256> hues{};
  for (unsigned i = 0; i < 256; ++i) hues[i] = {wave(i), wave(i + 85), wave(i + 171)};
  return hues;
}();

void draw_checkerboard(Size size, Micros elapsed, ByteSpan rgba) {
  const std::uint32_t cell = std::max(1u, std::min(size.width, size.height) / 12);
  const std::uint64_t shift = cycle(elapsed, 2s, 2ull * cell);
  fill(size, rgba, [=](std::uint32_t x, std::uint32_t y) {
    return (((x + shift) / cell + (y + shift) / cell) & 1) != 0 ? kWhite : kBlack;
  });
}

void draw_gradient(Size size, Micros elapsed, ByteSpan rgba) {
  const std::uint64_t shift = cycle(elapsed, 4s, 256);
  fill(size, rgba, [=](std::uint32_t x, std::uint32_t y) {
    const Colour hue = kHues[(std::uint64_t{x} * 256 / size.width + shift) & 255];
    const std::uint64_t light = 255 - std::uint64_t{y} * 192 / size.height;
    return Colour{byte(hue.r * light / 255), byte(hue.g * light / 255), byte(hue.b * light / 255)};
  });
}

void draw_bars(Size size, Micros elapsed, ByteSpan rgba) {
  constexpr Colour kBars[] = {{191, 191, 191}, {191, 191, 0}, {0, 191, 191}, {0, 191, 0},
                              {191, 0, 191},   {191, 0, 0},   {0, 0, 191},   {0, 0, 0}};
  const std::uint64_t line = cycle(elapsed, 2s, size.width);
  const std::uint32_t thick = std::max(1u, size.width / 90);
  fill(size, rgba, [&](std::uint32_t x, std::uint32_t) {
    return x >= line && x - line < thick ? kWhite : kBars[std::uint64_t{x} * 8 / size.width];
  });
}

void draw_plasma(Size size, Micros elapsed, ByteSpan rgba) {
  const std::uint64_t a = cycle(elapsed, 3s, 256);
  const std::uint64_t b = cycle(elapsed, 5s, 256);
  const std::uint64_t c = cycle(elapsed, 7s, 256);
  // In steps of 256 to the picture's longer side: the same shapes at every size.
  const std::uint64_t scale = (256u << 16) / std::max(size.width, size.height);
  fill(size, rgba, [=](std::uint32_t x, std::uint32_t y) {
    const std::uint64_t u = x * scale >> 16;
    const std::uint64_t v = y * scale >> 16;
    const int sum = wave(u * 2 + a) + wave(v * 3 + 256 - b) + wave(u + v + c) +
                    wave(2 * u + 256 - v + wave(v + a));
    return kHues[(static_cast<unsigned>(sum) / 2 + c) & 255];
  });
}

// Seven segments as bits: top, top right, bottom right, bottom, bottom left, top left, middle.
constexpr std::uint8_t kDigits[] = {0x3F, 0x06, 0x5B, 0x4F, 0x66, 0x6D, 0x7D, 0x07, 0x7F, 0x6F};

// Whether a digit of 4 × 7 cells has its ink there.
constexpr bool has_ink(unsigned digit, std::uint64_t x, std::uint64_t y) {
  const unsigned lit = kDigits[digit];
  if (x > 3 || y > 6) return false;
  if (y == 0 && (lit & 0x01) != 0) return true;
  if (y == 3 && (lit & 0x40) != 0) return true;
  if (y == 6 && (lit & 0x08) != 0) return true;
  if (x == 3) return (lit & (y <= 3 ? 0x02 : 0x04)) != 0 || (y == 3 && (lit & 0x06) != 0);
  if (x == 0) return (lit & (y <= 3 ? 0x20 : 0x10)) != 0 || (y == 3 && (lit & 0x30) != 0);
  return false;
}

// MM:SS.CC as 8 places of 5 × 7 cells, centred, above the bar of the second.
void draw_clock(Size size, Micros elapsed, ByteSpan rgba) {
  const auto hundredths = static_cast<std::uint64_t>(elapsed.count() / 10'000);
  const auto digit = [](std::uint64_t number) { return static_cast<unsigned>(number % 10); };
  const std::uint64_t minutes = hundredths / 6000;
  const std::uint64_t seconds = hundredths / 100 % 60;
  const unsigned places[] = {digit(minutes / 10),    digit(minutes),   10,
                             digit(seconds / 10),    digit(seconds),   11,
                             digit(hundredths / 10), digit(hundredths)};
  const std::uint32_t cell = std::max(1u, size.width / 44);
  const std::uint32_t left = size.width > 39 * cell ? (size.width - 39 * cell) / 2 : 0;
  const std::uint32_t top = size.height > 7 * cell ? (size.height - 7 * cell) / 2 : 0;
  const std::uint64_t filled = cycle(elapsed, 1s, size.width);
  fill(size, rgba, [&](std::uint32_t x, std::uint32_t y) {
    if (y + size.height / 12 >= size.height) return x < filled ? kWhite : Colour{40, 40, 40};
    if (x < left || y < top) return kBlack;
    const std::uint64_t column = (x - left) / cell;
    const std::uint64_t row = (y - top) / cell;
    if (column >= 39 || row > 6) return kBlack;
    const unsigned place = places[column / 5];
    const bool ink = place == 10   ? column % 5 == 1 && (row == 2 || row == 4)
                     : place == 11 ? column % 5 == 1 && row == 6
                                   : has_ink(place, column % 5, row);
    return ink ? Colour{255, 220, 120} : kBlack;
  });
}

constexpr Colour kSky[] = {{29, 43, 83}, {63, 63, 116}, {91, 110, 225}, {99, 155, 255}};
constexpr Colour kHill{106, 190, 48};
constexpr Colour kFarHill{55, 148, 110};
constexpr Colour kBall{251, 242, 54};
constexpr Colour kBallEdge{223, 113, 38};

// A ball that jumps over drifting hills, on 32 × 32 pixels.
void draw_pixelart(Size size, Micros elapsed, ByteSpan rgba) {
  const auto shift = static_cast<std::uint64_t>(elapsed.count() / 125'000);  // 8 pixels a second
  const int phase = static_cast<int>(cycle(elapsed, 1s, 16));
  const int ball_y = 18 - phase * (16 - phase) / 6;
  const auto ball_x = static_cast<int>(cycle(elapsed, 4s, 40)) - 4;
  fill(size, rgba, [=](std::uint32_t px, std::uint32_t py) {
    const auto x = static_cast<int>(std::uint64_t{px} * 32 / size.width);
    const auto y = static_cast<int>(std::uint64_t{py} * 32 / size.height);
    const int dx = 2 * (x - ball_x) - 5;
    const int dy = 2 * (y - ball_y) - 5;
    if (dx * dx + dy * dy <= 18) return kBall;
    if (dx * dx + dy * dy <= 36) return kBallEdge;
    const auto column = static_cast<std::uint64_t>(x);
    if (y >= 24 + wave((column + shift) * 16) / 48) return kHill;
    if (y >= 18 + wave((column + shift / 2) * 12 + 80) / 40) return kFarHill;
    return kSky[std::min(y / 6, 3)];
  });
}

}  // namespace

std::optional<Pattern> find_pattern(std::string_view name) {
  const auto found = std::ranges::find(kPatternNames, name);
  if (found == std::end(kPatternNames)) return std::nullopt;
  return static_cast<Pattern>(found - std::begin(kPatternNames));
}

void draw_pattern(Pattern pattern, Size size, Micros elapsed, ByteSpan rgba) {
  switch (pattern) {
    case Pattern::kCheckerboard:
      return draw_checkerboard(size, elapsed, rgba);
    case Pattern::kGradient:
      return draw_gradient(size, elapsed, rgba);
    case Pattern::kBars:
      return draw_bars(size, elapsed, rgba);
    case Pattern::kPlasma:
      return draw_plasma(size, elapsed, rgba);
    case Pattern::kClock:
      return draw_clock(size, elapsed, rgba);
    case Pattern::kPixelart:
      return draw_pixelart(size, elapsed, rgba);
  }
}

}  // namespace p3a::sender
