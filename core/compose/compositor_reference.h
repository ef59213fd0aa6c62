// For tests only: what a Compositor must do, on the whole picture at once, with divisions and whole
// numbers, as plainly as it can be said. The tests and the fuzzer compare the real one with this.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <utility>
#include <vector>

#include "core/compose/compositor.h"

namespace p3a::reference {

struct Picture {
  Size size;
  Size shape;
  RowFormat format = RowFormat::kRgb888;
  std::vector<std::uint8_t> bytes;

  std::size_t row_bytes() const { return size.width * bytes_per_pixel(format); }
  ByteView row(std::uint32_t y) const {
    return ByteView(bytes).subspan(y * row_bytes(), row_bytes());
  }
};

inline std::uint8_t widened(unsigned code, unsigned bits) {
  return static_cast<std::uint8_t>(code << (8 - bits) | code >> (2 * bits - 8));
}

/// R,G,B of the whole picture after the alpha has been composited over the background.
inline std::vector<std::uint8_t> opaque(const Picture& picture, Rgb background) {
  if (picture.format == RowFormat::kRgb888) return picture.bytes;
  const std::uint8_t under[3] = {background.r, background.g, background.b};
  std::vector<std::uint8_t> rgb;
  if (picture.format == RowFormat::kRgb565) {
    for (std::size_t i = 0; i < picture.bytes.size(); i += 2) {
      const unsigned word = picture.bytes[i] + 256U * picture.bytes[i + 1];
      rgb.push_back(widened(word >> 11, 5));
      rgb.push_back(widened(word >> 5 & 63, 6));
      rgb.push_back(widened(word & 31, 5));
    }
    return rgb;
  }
  for (std::size_t i = 0; i < picture.bytes.size(); i += 4) {
    const int alpha = picture.bytes[i + 3];
    for (std::size_t c = 0; c < 3; ++c) {
      const int sum = picture.bytes[i + c] * alpha + under[c] * (255 - alpha);
      rgb.push_back(static_cast<std::uint8_t>((sum + 127) / 255));
    }
  }
  return rgb;
}

using Shares = std::vector<std::pair<std::size_t, std::uint64_t>>;

/// Which source pixels a target pixel is made of, and their shares: whole numbers of any unit, so
/// that sums are exact.
inline Shares shares(std::uint32_t source, std::uint32_t target, std::uint32_t at,
                     Scaling scaling) {
  if (source > target) {
    Shares area;
    for (std::uint64_t s = std::uint64_t{at} * source / target; s * target < (at + 1ULL) * source;
         ++s) {
      const std::uint64_t begin = std::max<std::uint64_t>(s * target, std::uint64_t{at} * source);
      const std::uint64_t end = std::min<std::uint64_t>((s + 1) * target, (at + 1ULL) * source);
      area.emplace_back(s, end - begin);
    }
    return area;
  }
  const std::uint64_t unit = 2ULL * target;  // of a source pixel: centres are whole numbers
  const std::uint64_t centre = (2ULL * at + 1) * source;
  if (scaling == Scaling::kNearest || source == target) return {{centre / unit, 1}};
  const std::uint64_t position =
      std::min(std::max<std::uint64_t>(centre, target) - target, (source - 1) * unit);
  const auto index = static_cast<std::size_t>(position / unit);
  const std::uint64_t second = position % unit;
  return {{index, unit - second}, {std::min<std::size_t>(index + 1, source - 1), second}};
}

/// The crop in the rows' pixels when the rows have been shrunk already.
inline Rect crop_of(const Picture& picture, Rect crop) {
  const auto stretch = [](std::int32_t start, std::uint32_t length, std::uint32_t shape,
                          std::uint32_t actual) -> std::pair<std::int32_t, std::uint32_t> {
    const auto scaled = [&](std::uint64_t at) -> std::uint64_t {
      return (2 * at * actual + shape) / (2ULL * shape);
    };
    const auto first = static_cast<std::uint64_t>(start);
    const std::uint64_t begin = std::min<std::uint64_t>(scaled(first), actual - 1);
    const std::uint64_t end = std::max(scaled(first + length), begin + 1);
    return {static_cast<std::int32_t>(begin), static_cast<std::uint32_t>(end - begin)};
  };
  const auto [x, width] = stretch(crop.x, crop.width, picture.shape.width, picture.size.width);
  const auto [y, height] = stretch(crop.y, crop.height, picture.shape.height, picture.size.height);
  return {x, y, width, height};
}

/// The shares of every target pixel along one axis.
inline std::vector<Shares> all_shares(std::uint32_t source, std::uint32_t target, Scaling scaling) {
  std::vector<Shares> all;
  for (std::uint32_t at = 0; at < target; ++at) {
    all.push_back(shares(source, target, at, scaling));
  }
  return all;
}

/// One channel of a picture `width` pixels wide, from those columns and rows of the crop.
inline unsigned level_at(const std::vector<std::uint8_t>& rgb, std::size_t width, const Rect& crop,
                         const Shares& columns, const Shares& rows, std::size_t channel) {
  const auto left = static_cast<std::size_t>(crop.x), top = static_cast<std::size_t>(crop.y);
  std::uint64_t sum = 0, whole = 0;
  for (const auto& [row, row_share] : rows) {
    const std::uint8_t* const start = &rgb[((row + top) * width + left) * 3 + channel];
    for (const auto& [column, share] : columns) {
      sum += row_share * share * start[column * 3];
      whole += row_share * share;
    }
  }
  return static_cast<unsigned>((2 * sum + whole) / (2 * whole));  // halves up
}

/// What to_rgb888() of the canvas must give: R,G,B of every pixel, row by row.
inline std::vector<std::uint8_t> compose(const Picture& picture, const View& view, Size canvas,
                                         PixelFormat format) {
  const bool turned = view.rotation == Rotation::k90 || view.rotation == Rotation::k270;
  const Size upright = turned ? canvas.transposed() : canvas;
  const Placement placed = place(picture.shape, upright, view.fit);
  const Rect crop = crop_of(picture, placed.crop);
  const auto rgb = opaque(picture, view.background);
  const auto columns = all_shares(crop.width, placed.target.width, view.scaling);
  const auto rows = all_shares(crop.height, placed.target.height, view.scaling);
  const std::uint8_t background[3] = {view.background.r, view.background.g, view.background.b};
  std::vector<std::uint8_t> out(std::size_t{canvas.width} * canvas.height * 3);
  for (std::uint32_t y = 0; y < canvas.height; ++y) {
    for (std::uint32_t x = 0; x < canvas.width; ++x) {
      std::uint32_t u = x, v = y;  // on the upright canvas
      if (view.rotation == Rotation::k90) u = y, v = canvas.width - 1 - x;
      if (view.rotation == Rotation::k180) u = canvas.width - 1 - x, v = canvas.height - 1 - y;
      if (view.rotation == Rotation::k270) u = canvas.height - 1 - y, v = x;
      const std::int64_t tx = std::int64_t{u} - placed.target.x;
      const std::int64_t ty = std::int64_t{v} - placed.target.y;
      const bool inside =
          tx >= 0 && ty >= 0 && tx < placed.target.width && ty < placed.target.height;
      for (std::size_t c = 0; c < 3; ++c) {
        unsigned level = background[c];
        if (inside) {
          level = level_at(rgb, picture.size.width, crop, columns[static_cast<std::size_t>(tx)],
                           rows[static_cast<std::size_t>(ty)], c);
        }
        if (!view.tone.identity) level = view.tone.levels[level];
        if (format == PixelFormat::kRgb565) {
          const unsigned steps = c == 1 ? 63 : 31;
          const unsigned code = (2 * level * steps + 255) / 510;
          level = c == 1 ? code << 2 | code >> 4 : code << 3 | code >> 2;
        }
        out[(std::size_t{y} * canvas.width + x) * 3 + c] = static_cast<std::uint8_t>(level);
      }
    }
  }
  return out;
}

/// How far the real one may be off, as a level of 0 to 255: everything but blending is exact.
inline int tolerance(const View& view, PixelFormat format) {
  if (view.scaling == Scaling::kNearest) return 0;
  return format == PixelFormat::kRgb888 ? 1 : 9;
}

struct Composed {
  bool begun = false;
  bool padding_untouched = true;
  std::vector<std::uint8_t> rgb;
};

/// Runs the real one on a canvas of its own, with exactly the scratch that it asks for and bytes
/// behind every row that must stay as they are.
inline Composed run(const Picture& picture, const View& view, Size size, PixelFormat format,
                    std::uint8_t fill_before) {
  constexpr std::size_t kPadding = 5;
  constexpr std::uint8_t kMark = 0x5A;
  const std::size_t used = size.width * bytes_per_pixel(format);
  std::vector<std::uint8_t> pixels((used + kPadding) * size.height, kMark);
  const Canvas canvas{pixels.data(), size, used + kPadding, format};
  for (std::uint32_t y = 0; y < size.height; ++y) std::fill_n(canvas.row(y), used, fill_before);
  std::vector<std::uint8_t> scratch(
      Compositor::scratch_bytes(picture.size.width, std::max(size.width, size.height)));
  auto compositor =
      Compositor::begin(canvas, view, picture.size, picture.shape, picture.format, scratch);
  Composed result;
  if (!compositor) return result;
  result.begun = true;
  for (std::uint32_t y = 0; y < picture.size.height; ++y) {
    const std::vector<std::uint8_t> row(picture.row(y).begin(), picture.row(y).end());
    compositor->push_row(row);
  }
  for (std::uint32_t y = 0; y < size.height; ++y) {
    const std::uint8_t* padding = canvas.row(y) + used;
    result.padding_untouched &=
        std::all_of(padding, padding + kPadding, [](std::uint8_t byte) { return byte == kMark; });
  }
  result.rgb.resize(std::size_t{size.width} * size.height * 3);
  to_rgb888(canvas, result.rgb);
  return result;
}

inline int largest_difference(ByteView a, ByteView b) {
  if (a.size() != b.size()) return 256;
  int largest = 0;
  for (std::size_t i = 0; i < a.size(); ++i) largest = std::max(largest, std::abs(a[i] - b[i]));
  return largest;
}

}  // namespace p3a::reference
