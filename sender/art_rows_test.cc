#include "sender/art_rows.h"

#include <gtest/gtest.h>

#include "core/codec/test_stream.h"

namespace p3a::sender {
namespace {

TEST(ArtRows, EveryRowIsThereWhereAllAreWanted) {
  constexpr Size kSize{160, 120};
  p3x::TestNoise noise(4);
  ArtRows rows;
  for (std::uint32_t i = 0; i < 6; ++i) {
    p3x::TestPicture texels({40, 30});
    texels.fill({static_cast<std::int32_t>(i * 3), 10, 6, 8}, 0xFFC020);
    const p3x::TestPicture picture = texels.upscaled(kSize);
    std::vector<std::uint8_t> rgba;
    for (std::size_t k = 0; k < picture.rgb.size(); k += 3) {
      rgba.insert(rgba.end(), &picture.rgb[k], &picture.rgb[k] + 3);
      rgba.push_back(noise.below(4000) == 0 ? std::uint8_t{1} : std::uint8_t{255});
    }
    const auto taken =
        rows.take({rgba.data(), kSize, kSize.width * std::size_t{4}, InputFormat::kRgba8888});
    std::uint32_t named = 0;
    for (std::uint32_t y = 1; y < kSize.height; ++y) named += taken.row(y) == taken.row(y - 1);
    EXPECT_GT(named, 20u) << "a picture of 30 rows, each 4 times; alpha is noisy";
    const Pixels whole = rows.whole();
    EXPECT_TRUE(std::equal(picture.rgb.begin(), picture.rgb.end(), whole.data));
    EXPECT_EQ(rows.whole().data, whole.data);
  }
}

}  // namespace
}  // namespace p3a::sender
