#include "ports/jpeg/baseline_decoder.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <random>

#include "ports/jpeg/test_turbo.h"

namespace p3a::jpeg {
namespace {

enum class Pattern { kNoise, kGradient, kFlat, kChecks };

Bytes make_pixels(Pattern pattern, Size size) {
  std::minstd_rand random(size.width * 7 + size.height);
  Bytes pixels;
  for (std::uint32_t y = 0; y < size.height; ++y) {
    for (std::uint32_t x = 0; x < size.width; ++x) {
      const unsigned square = (x / 5 + y / 3) % 2;
      for (unsigned c = 0; c < 3; ++c) {
        const unsigned value = pattern == Pattern::kNoise      ? unsigned(random() >> 8)
                               : pattern == Pattern::kGradient ? x * (c + 1) / 2 + y / (c + 1)
                               : pattern == Pattern::kFlat     ? 60 + 50 * c
                                                               : square * (255 - 80 * c);
        pixels.push_back(static_cast<std::uint8_t>(value));
      }
    }
  }
  return pixels;
}

Bytes make_file(Pattern pattern, Size size, int quality) {
  return turbo_encode(make_pixels(pattern, size), size, quality);
}

// Whether the decoder took the file; if so, the pixels were those of libjpeg-turbo, no byte beside
// them was touched and libjpeg-turbo had nothing to say.
bool taken_and_equal(const Bytes& file, std::size_t gap = 0) {
  bool tidy = true;
  const auto ours = our_decode(file, gap, &tidy);
  EXPECT_TRUE(tidy);
  if (!ours) return false;
  const auto expected = turbo_decode(file);
  EXPECT_TRUE(expected);
  EXPECT_TRUE(expected && *ours == *expected);  // not EXPECT_EQ: it would print a megabyte
  return true;
}

TEST(BaselineDecoder, GivesThePixelsOfLibjpegTurbo) {
  for (const Size size : {Size{1, 1}, Size{8, 8}, Size{15, 17}, Size{16, 16}, Size{17, 15},
                          Size{33, 47}, Size{64, 64}, Size{127, 65}}) {
    for (const int quality : {1, 10, 50, 75, 90, 95, 100}) {
      for (const Pattern pattern :
           {Pattern::kNoise, Pattern::kGradient, Pattern::kFlat, Pattern::kChecks}) {
        EXPECT_EQ(taken_and_equal(make_file(pattern, size, quality), quality % 2 == 0 ? 0 : 5),
                  BaselineDecoder::is_available())
            << size.width << " x " << size.height << ", quality " << quality << ", pattern "
            << static_cast<int>(pattern);
      }
    }
  }
  for (const Pattern pattern : {Pattern::kNoise, Pattern::kGradient, Pattern::kChecks}) {
    EXPECT_EQ(taken_and_equal(make_file(pattern, {720, 720}, 75)), BaselineDecoder::is_available());
  }
}

TEST(BaselineDecoder, TakesHuffmanTablesMadeForThePicture) {
  for (const Pattern pattern :
       {Pattern::kNoise, Pattern::kGradient, Pattern::kFlat, Pattern::kChecks}) {
    for (const int quality : {5, 75, 100}) {
      ::setenv("TJ_OPTIMIZE", "1", 1);
      const Bytes file = make_file(pattern, {99, 61}, quality);
      ::unsetenv("TJ_OPTIMIZE");
      EXPECT_LT(file.size(), make_file(pattern, {99, 61}, quality).size());
      EXPECT_EQ(taken_and_equal(file), BaselineDecoder::is_available());
    }
  }
}

// Where a segment with that marker begins.
std::size_t find_marker(const Bytes& file, std::uint8_t marker) {
  std::size_t at = 2;
  while (file[at + 1] != marker) at += 2U + load_be16(&file[at + 2]);
  return at;
}

Bytes with_segment(Bytes file, const Bytes& segment) {
  file.insert(file.begin() + 2, segment.begin(), segment.end());
  return file;
}

TEST(BaselineDecoder, LeavesOtherKindsToLibjpegTurbo) {
  const Size size{40, 24};
  const Bytes pixels = make_pixels(Pattern::kChecks, size);
  const Bytes file = turbo_encode(pixels, size, 75);
  EXPECT_EQ(our_decode(file).has_value(), BaselineDecoder::is_available());
  for (const int subsampling : {TJSAMP_444, TJSAMP_422, TJSAMP_GRAY, TJSAMP_440, TJSAMP_411}) {
    EXPECT_FALSE(our_decode(turbo_encode(pixels, size, 75, subsampling)));
  }
  EXPECT_FALSE(our_decode(turbo_encode(pixels, size, 75, TJSAMP_420, TJFLAG_PROGRESSIVE)));
  ::setenv("TJ_RESTART", "1B", 1);
  EXPECT_FALSE(our_decode(turbo_encode(pixels, size, 75)));
  ::unsetenv("TJ_RESTART");
  const Bytes adobe = {0xFF, 0xEE, 0, 14, 'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, 0};
  EXPECT_FALSE(our_decode(with_segment(file, adobe)));
  Bytes rgb = file;
  const std::size_t frame = find_marker(file, 0xC0), scan = find_marker(file, 0xDA);
  for (unsigned c = 0; c < 3; ++c) {
    rgb[frame + 10 + c * 3] = rgb[scan + 5 + c * 2] = static_cast<std::uint8_t>("RGB"[c]);
  }
  EXPECT_TRUE(turbo_decode(rgb));
  EXPECT_FALSE(our_decode(rgb));
  Bytes longer = file;
  longer.push_back(0);
  EXPECT_FALSE(our_decode(longer));
  const Bytes comment = {0xFF, 0xFE, 0, 5, 'p', '3', 'a'};
  EXPECT_EQ(taken_and_equal(with_segment(file, comment)), BaselineDecoder::is_available());
}

// One AC coefficient of 1023 times 255 would wrap at 16 bits, and libjpeg's C differ from its SIMD.
TEST(BaselineDecoder, LeavesCoefficientsThatWrapToLibjpegTurbo) {
  Bytes file = make_file(Pattern::kChecks, {32, 32}, 100);
  const std::size_t steps = find_marker(file, 0xDB) + 5;
  EXPECT_EQ(our_decode(file).has_value(), BaselineDecoder::is_available());
  std::fill_n(file.begin() + static_cast<std::ptrdiff_t>(steps), 64, 255);
  EXPECT_TRUE(turbo_decode(file));
  EXPECT_FALSE(our_decode(file));
}

TEST(BaselineDecoder, TakesNoFileThatIsCutOff) {
  const Bytes file = make_file(Pattern::kChecks, {33, 20}, 60);
  for (std::size_t length = 0; length < file.size(); ++length) {
    EXPECT_FALSE(our_decode(ByteView(file).first(length))) << length;
  }
  for (std::size_t length = find_marker(file, 0xDA); length < file.size() - 2; ++length) {
    Bytes ended(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(length));
    ended.insert(ended.end(), {0xFF, 0xD9});
    EXPECT_FALSE(our_decode(ended)) << length;
  }
}

TEST(BaselineDecoder, TakesDamagedFilesOnlyAsLibjpegTurboDoes) {
  std::minstd_rand random(1);
  const auto number = [&](std::size_t below) { return (random() >> 8) % below; };
  int taken = 0;
  for (const int quality : {5, 75, 100}) {
    const Bytes file = make_file(Pattern::kNoise, {40, 36}, quality);
    for (int i = 0; i < 200; ++i) {
      Bytes damaged = file;
      const std::size_t from = i % 3 == 0 ? 0 : find_marker(file, 0xDA);
      for (std::size_t flips = 1 + number(3); flips > 0; --flips) {
        std::uint8_t& byte = damaged[from + number(file.size() - from)];
        byte = static_cast<std::uint8_t>(byte ^ 1U << number(8));
      }
      taken += taken_and_equal(damaged, 3) ? 1 : 0;
    }
  }
  EXPECT_GT(taken, BaselineDecoder::is_available() ? 20 : -1);
}

}  // namespace
}  // namespace p3a::jpeg
