#include "core/compose/row_ops.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

namespace p3a {
namespace {

constexpr std::size_t kCount = 256;
using RgbRow = std::array<std::uint8_t, kCount * 3>;
struct alignas(2) WordRow : std::array<std::uint8_t, kCount * 2> {};

/// Every level in each channel, the three of them out of step.
RgbRow levels_row() {
  RgbRow row{};
  for (std::size_t i = 0; i < kCount; ++i) {
    row[i * 3] = static_cast<std::uint8_t>(i);
    row[i * 3 + 1] = static_cast<std::uint8_t>(i + 85);
    row[i * 3 + 2] = static_cast<std::uint8_t>(i * 7);
  }
  return row;
}

/// Words `first` to `first + 255`.
WordRow words_row(unsigned first) {
  WordRow row{};
  for (std::size_t i = 0; i < kCount; ++i) {
    row[i * 2] = static_cast<std::uint8_t>(first + i);
    row[i * 2 + 1] = static_cast<std::uint8_t>((first + i) >> 8);
  }
  return row;
}

/// The plain way: the curve on every level, then arithmetic.
WordRow toned_and_packed(const RgbRow& rgb, const ToneCurve& tone) {
  RgbRow toned{};
  WordRow words{};
  rows::apply_tone(rgb.data(), kCount, tone, toned.data());
  rows::pack_rgb565_row(toned.data(), kCount, words.data());
  return words;
}

const std::array<ToneCurve, 4>& curves() {
  static const std::array<ToneCurve, 4> kCurves{make_tone_curve(1, 1), make_tone_curve(2.2F, 1),
                                                make_tone_curve(0.5F, 0.7F), make_tone_curve(1, 0)};
  return kCurves;
}

TEST(RowOps, PackingByTableIsTheSameAsByArithmetic) {
  const RgbRow rgb = levels_row();
  for (const ToneCurve& tone : curves()) {
    WordRow words{};
    rows::pack_rgb565_row(rgb.data(), kCount, rows::make_rgb565_codes(tone), words.data());
    EXPECT_TRUE(words == toned_and_packed(rgb, tone));
  }
}

TEST(RowOps, ToningWordsIsTheSameAsTonedLevelsPackedAgain) {
  for (const ToneCurve& tone : curves()) {
    const rows::Rgb565Codes codes = rows::make_rgb565_codes(tone);
    int differing = 0;
    for (unsigned first = 0; first < 65536; first += kCount) {
      const WordRow words = words_row(first);
      RgbRow rgb{};
      WordRow toned{};
      rows::unpack_rgb565_row(words.data(), kCount, rgb.data());
      rows::apply_tone_to_words(words.data(), kCount, codes, toned.data());
      differing += !(toned == toned_and_packed(rgb, tone));
    }
    EXPECT_EQ(differing, 0);
  }
}

TEST(RowOps, PickedWordsAreThePickedPixels) {
  const WordRow words = words_row(0x4321);
  std::array<rows::Tap, kCount> taps{};
  for (std::uint32_t i = 0; i < kCount; ++i) taps[i].index = i * 37 % kCount;
  RgbRow rgb{}, picked{}, expected{};
  WordRow picked_words{};
  rows::unpack_rgb565_row(words.data(), kCount, rgb.data());
  rows::pick(rgb.data(), taps.data(), kCount, expected.data());
  rows::pick_words(words.data(), taps.data(), kCount, picked_words.data());
  rows::unpack_rgb565_row(picked_words.data(), kCount, picked.data());
  EXPECT_TRUE(picked == expected);
}

}  // namespace
}  // namespace p3a
