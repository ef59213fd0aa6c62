#include "core/codec/range_coder.h"

#include <gtest/gtest.h>

#include <vector>

#include "core/codec/test_stream.h"

namespace p3a::p3x {
namespace {

struct Written {
  std::vector<std::uint8_t> bytes;
  std::size_t size = 0;
};

// `count` decisions of which one in `rarity` is 1, guessed by 16 models in turn.
Written write(std::uint32_t count, std::uint32_t rarity, Walk walk, std::uint8_t around) {
  Written written{.bytes = std::vector<std::uint8_t>(count + 16, around)};
  RangeEncoder encoder(written.bytes, walk);
  std::array<Bit, 16> models{};
  TestNoise noise(count);
  for (std::uint32_t i = 0; i < count; ++i) encoder.bit(models[i % 16], noise.below(rarity) == 0);
  encoder.finish();
  written.size = encoder.size();
  return written;
}

bool reads(const Written& written, std::uint32_t count, std::uint32_t rarity, Walk walk) {
  RangeDecoder decoder(written.bytes, walk);
  std::array<Bit, 16> models{};
  TestNoise noise(count);
  for (std::uint32_t i = 0; i < count; ++i)
    if (decoder.bit(models[i % 16]) != (noise.below(rarity) == 0)) return false;
  return true;
}

TEST(RangeCoder, ReadsBackWhatItWroteWhateverFollows) {
  for (const Walk walk : {Walk::kForwards, Walk::kBackwards})
    for (const unsigned around : {0x00U, 0x5AU, 0xFFU})
      for (const std::uint32_t rarity : {1U, 2U, 3U, 100U, 100000U})
        for (const std::uint32_t count : {1U, 2U, 7U, 100U, 5000U})
          EXPECT_TRUE(reads(write(count, rarity, walk, static_cast<std::uint8_t>(around)), count,
                            rarity, walk))
              << count << " one in " << rarity;
}

TEST(RangeCoder, SpendsWhatTheContentIsWorth) {
  // One in 100 is worth 0.081 bits a decision: 505 bytes for 50,000.
  const std::size_t size = write(50000, 100, Walk::kForwards, 0).size;
  EXPECT_GT(size, 480U);
  EXPECT_LT(size, 560U);
}

TEST(RangeCoder, TakesNothingForNothing) {
  std::vector<std::uint8_t> bytes(8);
  RangeEncoder encoder(bytes, Walk::kForwards);
  encoder.finish();
  EXPECT_EQ(encoder.size(), 0U);
}

TEST(RangeCoder, GoesOnWithoutRoomAndSaysSo) {
  std::vector<std::uint8_t> bytes(4);
  RangeEncoder encoder(bytes, Walk::kBackwards);
  for (int i = 0; i < 100; ++i) encoder.even(i % 3 == 0);
  encoder.finish();
  EXPECT_TRUE(encoder.full());
}

TEST(RangeCoder, ReadsZerosPastTheEnd) {
  RangeDecoder decoder({}, Walk::kBackwards);
  Bit model;
  for (int i = 0; i < 1000; ++i) decoder.bit(model);
  EXPECT_GT(decoder.taken(), 4U);
}

TEST(RangeCoder, CodesTrees) {
  std::vector<std::uint8_t> bytes(64);
  RangeEncoder encoder(bytes, Walk::kForwards);
  std::array<TreeBit, 16> models{};
  for (std::uint32_t i = 0; i < 16; ++i) code_tree(encoder, models.data(), 4, i);
  encoder.finish();
  RangeDecoder decoder(bytes, Walk::kForwards);
  models = {};
  for (std::uint32_t i = 0; i < 16; ++i) EXPECT_EQ(code_tree(decoder, models.data(), 4, 0), i);
}

}  // namespace
}  // namespace p3a::p3x
