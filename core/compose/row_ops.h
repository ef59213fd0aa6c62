// What is done to single rows of R,G,B bytes on their way to a canvas. The loops that cost time
// live here, plain enough for the compiler to vectorize. `count` is in pixels; rows do not overlap;
// nothing is checked or kept.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "core/compose/canvas.h"

namespace p3a::rows {

/// Each level to the nearest that the word can hold. 0 and 255 map to the ends of the range, the
/// mapping is monotonic, and a colour that unpack_rgb565() gave packs to the same word again. (The
/// constants are round(v × 31 / 255) and round(v × 63 / 255) for every byte; a test compares all of
/// them.)
constexpr std::uint16_t pack_rgb565(unsigned r, unsigned g, unsigned b) {
  return static_cast<std::uint16_t>((r * 249 + 1014) >> 11 << 11 | (g * 253 + 505) >> 10 << 5 |
                                    (b * 249 + 1014) >> 11);
}
/// The high bits repeated below: full range, 31 and 63 become 255.
constexpr Rgb unpack_rgb565(unsigned word) {
  const unsigned r = word >> 11 & 31, g = word >> 5 & 63, b = word & 31;
  return {static_cast<std::uint8_t>(r << 3 | r >> 2), static_cast<std::uint8_t>(g << 2 | g >> 4),
          static_cast<std::uint8_t>(b << 3 | b >> 2)};
}

/// By arithmetic: the plain way.
void pack_rgb565_row(const std::uint8_t* rgb, std::size_t count, std::uint8_t* out);
/// What becomes of every level in 5 and in 6 bits, through a tone curve.
struct Rgb565Codes {
  std::array<std::uint8_t, 256> five;
  std::array<std::uint8_t, 256> six;
  std::array<std::uint8_t, 32> five_again;  ///< of levels that have 5 bits already
  std::array<std::uint8_t, 64> six_again;
};
Rgb565Codes make_rgb565_codes(const ToneCurve& tone);
/// apply_tone() and pack_rgb565_row() in one, by table: the fast way, on the
/// chip and on the host.
/// `out` lies on an even address.
void pack_rgb565_row(const std::uint8_t* rgb, std::size_t count, const Rgb565Codes& codes,
                     std::uint8_t* out);
/// The tone curve on pixels that are RGB565 already; both sides lie on even addresses.
void apply_tone_to_words(const std::uint8_t* words, std::size_t count, const Rgb565Codes& codes,
                         std::uint8_t* out);
void unpack_rgb565_row(const std::uint8_t* words, std::size_t count, std::uint8_t* rgb);
/// Alpha over one colour. `rgb` has room for one byte more than count × 3, which may be written.
void over_background(const std::uint8_t* rgba, std::size_t count, Rgb background,
                     std::uint8_t* rgb);
void apply_tone(const std::uint8_t* rgb, std::size_t count, const ToneCurve& tone,
                std::uint8_t* out);

/// Between two pixels: `index` and `index + next`, the second with a share of weight / kOne.
struct Tap {
  static constexpr unsigned kBits = 15;
  static constexpr std::uint32_t kOne = 1U << kBits;
  std::uint32_t index = 0;
  std::uint16_t next = 0;  ///< 0 or 1
  std::uint16_t weight = 0;
};

void pick(const std::uint8_t* rgb, const Tap* taps, std::size_t count, std::uint8_t* out);
/// The same with pixels of two bytes, on even addresses.
void pick_words(const std::uint8_t* words, const Tap* taps, std::size_t count, std::uint8_t* out);
void interpolate(const std::uint8_t* rgb, const Tap* taps, std::size_t count, std::uint8_t* out);
/// Mixes two rows: `b` with a share of weight / Tap::kOne.
void blend(const std::uint8_t* a, const std::uint8_t* b, unsigned weight, std::size_t count,
           std::uint8_t* out);

/// Divides a sum of up to 255 × divisor by the divisor, rounded to nearest (halves up), without a
/// division: by ceil(2^k / divisor) with k = 32 + floor(log2(divisor)), which is exact as long as
/// the divisor is below 2^23.
class Mean {
 public:
  static constexpr std::uint64_t kNarrow = std::uint64_t{1} << 23;

  Mean() = default;
  explicit Mean(std::uint64_t divisor) : divisor_(divisor) {
    if (divisor >= kNarrow) return;
    shift_ = 31 + static_cast<unsigned>(std::bit_width(divisor));
    factor_ = ((std::uint64_t{1} << shift_) + divisor - 1) / divisor;
  }
  bool narrow() const { return divisor_ < kNarrow; }
  std::uint8_t operator()(std::uint32_t sum) const {  // narrow() only
    return static_cast<std::uint8_t>((sum + divisor_ / 2) * factor_ >> shift_);
  }
  std::uint8_t operator()(std::uint64_t sum) const {
    return static_cast<std::uint8_t>((sum + divisor_ / 2) / divisor_);
  }

 private:
  std::uint64_t divisor_ = 1;
  std::uint64_t factor_ = 0;
  unsigned shift_ = 0;
};

/// sums[i] += row[i] × weight for count pixels; sums are begun anew when `first`.
void accumulate(const std::uint8_t* rgb, std::size_t count, std::uint16_t weight, bool first,
                std::uint32_t* sums);
/// Every sum through `mean`.
void divide(const std::uint32_t* sums, std::size_t count, const Mean& mean, std::uint8_t* out);

/// Averages along a row: `count` pixels out, each covering from/to pixels (from > to, in lowest
/// terms). mean divides by `from`, times whatever the samples have been multiplied with.
void average(const std::uint8_t* rgb, std::uint32_t from, std::uint32_t to, const Mean& mean,
             std::size_t count, std::uint8_t* out);
void average(const std::uint32_t* sums, std::uint32_t from, std::uint32_t to, const Mean& mean,
             std::size_t count, std::uint8_t* out);

}  // namespace p3a::rows
