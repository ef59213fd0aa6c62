#include "core/compose/row_ops.h"

#include <cstring>

namespace p3a::rows {
namespace {

/// Red and blue in one word, so that one multiplication serves both.
constexpr std::uint32_t kTwoLevels = 0x00FF00FF;

/// Stores the word's bytes, low one first, at an even address.
void store_even(int word, std::uint8_t* out) {
  static_assert(std::endian::native == std::endian::little);
  const auto bits = static_cast<std::uint16_t>(word);
  std::memcpy(__builtin_assume_aligned(out, 2), &bits, 2);
}

/// top × alpha + bottom × (255 − alpha), divided by 255 and rounded to nearest, in both halves of
/// the words.
std::uint32_t mix(std::uint32_t top, std::uint32_t bottom, std::uint32_t alpha) {
  const std::uint32_t sum = top * alpha + bottom * (255 - alpha) + 0x00800080;
  return (sum + (sum >> 8 & kTwoLevels)) >> 8 & kTwoLevels;
}

std::uint8_t between(unsigned a, unsigned b, unsigned weight) {
  return static_cast<std::uint8_t>((a * (Tap::kOne - weight) + b * weight + Tap::kOne / 2) >>
                                   Tap::kBits);
}

template <class Sum, class Sample>
void average_row(const Sample* __restrict in, std::uint32_t from, std::uint32_t to,
                 const Mean& given_mean, std::size_t count, std::uint8_t* __restrict out) {
  const Mean mean = given_mean;
  std::uint32_t left = to;  // of the pixel at `in`, in parts of 1/to
  for (std::size_t i = 0; i < count; ++i, out += 3) {
    Sum r = Sum{in[0]} * left, g = Sum{in[1]} * left, b = Sum{in[2]} * left;
    std::uint32_t missing = from - left;
    in += 3;
    Sum whole_r = 0, whole_g = 0, whole_b = 0;
    for (; missing >= to; missing -= to, in += 3) {
      whole_r += in[0];
      whole_g += in[1];
      whole_b += in[2];
    }
    r += whole_r * to;
    g += whole_g * to;
    b += whole_b * to;
    if (missing > 0) {
      r += Sum{in[0]} * missing;
      g += Sum{in[1]} * missing;
      b += Sum{in[2]} * missing;
    }
    left = to - missing;
    out[0] = mean(r);
    out[1] = mean(g);
    out[2] = mean(b);
  }
}

template <class Sample>
void average_any(const Sample* in, std::uint32_t from, std::uint32_t to, const Mean& mean,
                 std::size_t count, std::uint8_t* out) {
  if (mean.narrow()) {
    average_row<std::uint32_t>(in, from, to, mean, count, out);
  } else {
    average_row<std::uint64_t>(in, from, to, mean, count, out);
  }
}

}  // namespace

void pack_rgb565_row(const std::uint8_t* __restrict rgb, std::size_t count,
                     std::uint8_t* __restrict out) {
  for (std::size_t i = 0; i < count; ++i, rgb += 3, out += 2) {
    const std::uint16_t word = pack_rgb565(rgb[0], rgb[1], rgb[2]);
    out[0] = static_cast<std::uint8_t>(word);
    out[1] = static_cast<std::uint8_t>(word >> 8);
  }
}

Rgb565Codes make_rgb565_codes(const ToneCurve& tone) {
  Rgb565Codes codes;
  for (std::size_t i = 0; i < 256; ++i) {
    const unsigned level = tone.identity ? static_cast<unsigned>(i) : tone.levels[i];
    const unsigned word = pack_rgb565(0, level, level);
    codes.five[i] = word & 31;
    codes.six[i] = static_cast<std::uint8_t>(word >> 5);
  }
  for (unsigned i = 0; i < 64; ++i) {
    const Rgb color = unpack_rgb565(i << 5 | (i & 31));
    codes.five_again[i & 31] = codes.five[color.b];
    codes.six_again[i] = codes.six[color.g];
  }
  return codes;
}

void pack_rgb565_row(const std::uint8_t* __restrict rgb, std::size_t count,
                     const Rgb565Codes& codes, std::uint8_t* __restrict out) {
  for (std::size_t i = 0; i < count; ++i, rgb += 3, out += 2) {
    store_even(codes.five[rgb[0]] << 11 | codes.six[rgb[1]] << 5 | codes.five[rgb[2]], out);
  }
}

void apply_tone_to_words(const std::uint8_t* __restrict words, std::size_t count,
                         const Rgb565Codes& codes, std::uint8_t* __restrict out) {
  for (std::size_t i = 0; i < count; ++i, words += 2, out += 2) {
    std::uint16_t word = 0;
    std::memcpy(&word, __builtin_assume_aligned(words, 2), 2);
    store_even(codes.five_again[word >> 11] << 11 | codes.six_again[word >> 5 & 63] << 5 |
                   codes.five_again[word & 31],
               out);
  }
}

void unpack_rgb565_row(const std::uint8_t* __restrict words, std::size_t count,
                       std::uint8_t* __restrict rgb) {
  for (std::size_t i = 0; i < count; ++i, words += 2, rgb += 3) {
    const Rgb color = unpack_rgb565(load_le16(words));
    rgb[0] = color.r;
    rgb[1] = color.g;
    rgb[2] = color.b;
  }
}

void over_background(const std::uint8_t* __restrict rgba, std::size_t count, Rgb background,
                     std::uint8_t* __restrict rgb) {
  const std::uint8_t under[4] = {background.r, background.g, background.b, 0};
  const std::uint32_t under_rb = background.r | std::uint32_t{background.b} << 16;
  for (std::size_t i = 0; i < count; ++i, rgba += 4, rgb += 3) {
    const std::uint32_t alpha = rgba[3];
    // The fourth byte of these copies is overwritten by the next pixel.
    if (alpha == 255) {
      std::memcpy(rgb, rgba, 4);
    } else if (alpha == 0) {
      std::memcpy(rgb, under, 4);
    } else {
      const std::uint32_t rb = mix(rgba[0] | std::uint32_t{rgba[2]} << 16, under_rb, alpha);
      rgb[0] = static_cast<std::uint8_t>(rb);
      rgb[1] = static_cast<std::uint8_t>(mix(rgba[1], background.g, alpha));
      rgb[2] = static_cast<std::uint8_t>(rb >> 16);
    }
  }
}

void apply_tone(const std::uint8_t* rgb, std::size_t count, const ToneCurve& tone,
                std::uint8_t* out) {
  for (std::size_t i = 0; i < count * 3; ++i) out[i] = tone.levels[rgb[i]];
}

void pick(const std::uint8_t* __restrict rgb, const Tap* __restrict taps, std::size_t count,
          std::uint8_t* __restrict out) {
  for (std::size_t i = 0; i < count; ++i, out += 3) {
    const std::uint8_t* from = rgb + std::size_t{taps[i].index} * 3;
    out[0] = from[0];
    out[1] = from[1];
    out[2] = from[2];
  }
}

void pick_words(const std::uint8_t* __restrict words, const Tap* __restrict taps, std::size_t count,
                std::uint8_t* __restrict out) {
  for (std::size_t i = 0; i < count; ++i, out += 2) {
    const std::uint8_t* from = words + std::size_t{taps[i].index} * 2;
    std::memcpy(__builtin_assume_aligned(out, 2), __builtin_assume_aligned(from, 2), 2);
  }
}

void interpolate(const std::uint8_t* __restrict rgb, const Tap* __restrict taps, std::size_t count,
                 std::uint8_t* __restrict out) {
  for (std::size_t i = 0; i < count; ++i, out += 3) {
    const std::uint8_t* a = rgb + std::size_t{taps[i].index} * 3;
    const std::uint8_t* b = a + std::size_t{taps[i].next} * 3;
    for (std::size_t c = 0; c < 3; ++c) out[c] = between(a[c], b[c], taps[i].weight);
  }
}

void blend(const std::uint8_t* __restrict a, const std::uint8_t* __restrict b, unsigned weight,
           std::size_t count, std::uint8_t* __restrict out) {
  for (std::size_t i = 0; i < count * 3; ++i) out[i] = between(a[i], b[i], weight);
}

void accumulate(const std::uint8_t* __restrict rgb, std::size_t count, std::uint16_t weight,
                bool first, std::uint32_t* __restrict sums) {
  const std::size_t samples = count * 3;
  if (first) {
    for (std::size_t i = 0; i < samples; ++i) sums[i] = std::uint32_t{rgb[i]} * weight;
  } else if (weight == 1) {
    for (std::size_t i = 0; i < samples; ++i) sums[i] += rgb[i];
  } else {
    for (std::size_t i = 0; i < samples; ++i) sums[i] += std::uint32_t{rgb[i]} * weight;
  }
}

void divide(const std::uint32_t* __restrict sums, std::size_t count, const Mean& given_mean,
            std::uint8_t* __restrict out) {
  const Mean mean = given_mean;
  for (std::size_t i = 0; i < count * 3; ++i) out[i] = mean(sums[i]);
}

void average(const std::uint8_t* rgb, std::uint32_t from, std::uint32_t to, const Mean& mean,
             std::size_t count, std::uint8_t* out) {
  average_any(rgb, from, to, mean, count, out);
}

void average(const std::uint32_t* sums, std::uint32_t from, std::uint32_t to, const Mean& mean,
             std::size_t count, std::uint8_t* out) {
  average_any(sums, from, to, mean, count, out);
}

}  // namespace p3a::rows
