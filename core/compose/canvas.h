// The memory that a panel shows, and how a picture is to lie on it. Plain values; nothing here owns
// pixels.
#pragma once

#include <array>
#include <cstdint>

#include "core/base/bytes.h"
#include "core/base/geometry.h"

namespace p3a {

/// Bytes in memory order: kRgb888 is R,G,B; kRgb565 is a little-endian 16-bit word
/// RRRRRGGGGGGBBBBB.
enum class PixelFormat : std::uint8_t { kRgb888, kRgb565 };
constexpr std::size_t bytes_per_pixel(PixelFormat format) {
  return format == PixelFormat::kRgb888 ? 3 : 2;
}

struct Canvas {
  std::uint8_t* pixels = nullptr;  ///< top left pixel; height × stride bytes, not owned
  Size size;
  std::size_t stride = 0;  ///< bytes from one row to the next
  PixelFormat format = PixelFormat::kRgb888;

  std::uint8_t* row(std::uint32_t y) const { return pixels + y * stride; }
};

struct Rgb {
  std::uint8_t r = 0;
  std::uint8_t g = 0;
  std::uint8_t b = 0;
  bool operator==(const Rgb&) const = default;
};

enum class Fit : std::uint8_t { kContain, kCover, kStretch, kInteger };
enum class Scaling : std::uint8_t { kNearest, kBilinear };
/// Clockwise, as the viewer sees the picture turned.
enum class Rotation : std::uint8_t { k0, k90, k180, k270 };

/// Brightness and gamma of a panel as one table for all three channels; the identity by default.
struct ToneCurve {
  std::array<std::uint8_t, 256> levels{};
  bool identity = true;
};
/// out = brightness × (in/255)^gamma. gamma 0.1 to 5 (1: none), brightness 0 to 1. Monotonic.
ToneCurve make_tone_curve(float gamma, float brightness);

/// A colour as the panel is to get it.
Rgb through(const ToneCurve& tone, Rgb color);

/// How pictures lie on the panel.
struct View {
  Fit fit = Fit::kContain;
  Scaling scaling = Scaling::kNearest;
  Scaling chroma = Scaling::kBilinear;  ///< of a JPEG that keeps its colour at half the size
  Rotation rotation = Rotation::k0;
  Rgb background;
  ToneCurve tone;
};

/// Fills the whole canvas with one colour, through the tone curve.
void fill(const Canvas& canvas, Rgb color, const ToneCurve& tone);

/// Copies a canvas to tightly packed R,G,B bytes (RGB565 by repeating the high bits), `out` being
/// width × height × 3 long: what a snapshot shows.
void to_rgb888(const Canvas& canvas, ByteSpan out);

}  // namespace p3a
