#include "sender/pixels.h"

#include <bit>
#include <cstring>

#include "core/compose/compositor.h"

namespace p3a::sender {
namespace {

template <std::size_t kBytes, class Read>
void convert(const std::uint8_t* from, std::uint32_t width, bool reversed, std::uint8_t* rgb,
             Read read) {
  const std::ptrdiff_t step = reversed ? -3 : 3;
  std::uint8_t* to = reversed ? rgb + (width - 1) * std::size_t{3} : rgb;
  for (std::uint32_t x = 0; x < width; ++x, from += kBytes, to += step) read(from, to);
}

// Four pixels of four bytes become three words of R,G,B; every fourth pixel is a step of 12 bytes.
// `pack` makes a word with R in its low byte. Returns how many pixels that were.
template <class Pack>
std::uint32_t convert_fours(const std::uint8_t* from, std::uint32_t width, std::uint8_t* rgb,
                            Pack pack) {
  if constexpr (std::endian::native != std::endian::little) return 0;
  const std::uint32_t whole = width / 4 * 4;
  for (std::uint32_t x = 0; x < whole; x += 4, from += 16, rgb += 12) {
    std::uint32_t in[4];
    std::memcpy(in, from, sizeof in);
    for (std::uint32_t& word : in) word = pack(word);
    const std::uint32_t out[3] = {in[0] | in[1] << 24, in[1] >> 8 | in[2] << 16,
                                  in[2] >> 16 | in[3] << 8};
    std::memcpy(rgb, out, sizeof out);
  }
  return whole;
}

std::uint8_t widen(unsigned value, unsigned bits) {
  return static_cast<std::uint8_t>(value << (8 - bits) | value >> (2 * bits - 8));
}

}  // namespace

Result<CheckedView> check(const PixelView& view) {
  if (!view.pixels) return fail(ErrorCode::kInvalidValue, "The picture has no pixels (null).");
  if (view.width == 0 || view.height == 0 || view.width > kMaxComposedSide ||
      view.height > kMaxComposedSide) {
    return fail(ErrorCode::kInvalidValue, "A picture has 1 to ", kMaxComposedSide,
                " pixels a side, not ", view.width, " x ", view.height, ".");
  }
  if (view.format > InputFormat::kRgb565) {
    return fail(ErrorCode::kInvalidValue, "The pixel format is not one of those of p3a.hpp.");
  }
  CheckedView checked{.top = static_cast<const std::uint8_t*>(view.pixels),
                      .step = view.stride,
                      .size = {view.width, view.height},
                      .format = view.format};
  const auto row = static_cast<std::ptrdiff_t>(checked.row_bytes());
  if (checked.step == 0) checked.step = row;
  if (checked.step < row && checked.step > -row) {
    return fail(ErrorCode::kInvalidValue, "A row has ", row,
                " bytes, and the stride is shorter than that.");
  }
  if (view.bottom_up) {
    checked.top += checked.step * static_cast<std::ptrdiff_t>(view.height - 1);
    checked.step = -checked.step;
  }
  return checked;
}

void to_rgb_row(const std::uint8_t* from, InputFormat format, std::uint32_t width, bool reversed,
                std::uint8_t* rgb) {
  if (!reversed && bytes_per_pixel(format) == 4) {
    const bool bgra = format == InputFormat::kBgra8888;
    const std::uint32_t done =
        bgra ? convert_fours(from, width, rgb, [](auto word) { return std::byteswap(word) >> 8; })
             : convert_fours(from, width, rgb, [](auto word) { return word & 0xFFFFFFU; });
    from += std::size_t{done} * 4;
    rgb += std::size_t{done} * 3;
    width -= done;
  }
  switch (format) {
    case InputFormat::kRgb888:
      if (!reversed) {
        std::memcpy(rgb, from, width * std::size_t{3});
        return;
      }
      return convert<3>(from, width, reversed, rgb, [](const auto* in, auto* out) {
        out[0] = in[0], out[1] = in[1], out[2] = in[2];
      });
    case InputFormat::kRgba8888:
      return convert<4>(from, width, reversed, rgb, [](const auto* in, auto* out) {
        out[0] = in[0], out[1] = in[1], out[2] = in[2];
      });
    case InputFormat::kBgra8888:
      return convert<4>(from, width, reversed, rgb, [](const auto* in, auto* out) {
        out[0] = in[2], out[1] = in[1], out[2] = in[0];
      });
    case InputFormat::kRgb565:
      return convert<2>(from, width, reversed, rgb, [](const auto* in, auto* out) {
        const unsigned word = load_le16(in);
        out[0] = widen(word >> 11, 5);
        out[1] = widen(word >> 5 & 63, 6);
        out[2] = widen(word & 31, 5);
      });
  }
}

}  // namespace p3a::sender
