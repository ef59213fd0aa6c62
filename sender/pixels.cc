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

// Eight pixels of four bytes become three words of R,G,B. `pack` makes of a word with two pixels
// their six bytes, R of the first one lowest. Returns how many pixels that were.
template <class Pack>
std::uint32_t convert_eights(const std::uint8_t* from, std::uint32_t width, std::uint8_t* rgb,
                             Pack pack) {
  if constexpr (std::endian::native != std::endian::little) return 0;
  const std::uint32_t whole = width / 8 * 8;
  for (std::uint32_t x = 0; x < whole; x += 8, from += 32, rgb += 24) {
    std::uint64_t in[4];
    std::memcpy(in, from, sizeof in);
    for (std::uint64_t& word : in) word = pack(word);
    const std::uint64_t out[3] = {in[0] | in[1] << 48, in[1] >> 16 | in[2] << 32,
                                  in[2] >> 32 | in[3] << 16};
    std::memcpy(rgb, out, sizeof out);
  }
  return whole;
}

std::uint64_t pack_rgba(std::uint64_t two) {
  return (two & 0xFFFFFF) | (two >> 8 & 0xFFFFFF000000);
}

std::uint64_t pack_bgra(std::uint64_t two) {
  constexpr std::uint64_t kBlue = 0x000000FF000000FF, kGreen = kBlue << 8;
  return pack_rgba((two & kBlue) << 16 | (two & kGreen) | (two >> 16 & kBlue));
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
    const std::uint32_t done = format == InputFormat::kBgra8888
                                   ? convert_eights(from, width, rgb, pack_bgra)
                                   : convert_eights(from, width, rgb, pack_rgba);
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
