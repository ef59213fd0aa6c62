#include <gtest/gtest.h>

#include <vector>

#include "ports/esp32p4/ppa/fake_ppa.h"
#include "ports/esp32p4/ppa/ppa_scaler.h"

namespace p3a {
namespace {

alignas(128) std::uint8_t panel_pixels[720 * 720 * 2];

Canvas panel() { return {panel_pixels, {720, 720}, 1440, PixelFormat::kRgb565}; }
View bilinear() {
  View view;
  view.scaling = Scaling::kBilinear;
  return view;
}

TEST(PpaGate, TakesWhatItDoesExactly) {
  EXPECT_TRUE(ppa_takes({720, 720}, {}, panel())) << "as it is, whatever the scaling";
  for (const std::uint32_t side : {360u, 480u, 180u, 640u, 576u, 45u}) {
    const auto job = ppa_takes({side, side}, bilinear(), panel());
    ASSERT_TRUE(job) << side;
    EXPECT_EQ(job->sixteenths_x * side, 720u * 16) << side;
  }
  View cover = bilinear();
  cover.fit = Fit::kCover;
  const auto job = ppa_takes({640, 360}, cover, panel());
  ASSERT_TRUE(job);
  EXPECT_EQ(job->from, (Rect{140, 0, 360, 360}));
}

TEST(PpaGate, RefusesWhatItWouldNotDoExactly) {
  EXPECT_FALSE(ppa_takes({512, 512}, bilinear(), panel())) << "would be 704 pixels";
  EXPECT_FALSE(ppa_takes({360, 360}, {}, panel())) << "nearest is not what it does";
  EXPECT_FALSE(ppa_takes({1440, 1440}, bilinear(), panel())) << "shrinking takes the mean here";
  EXPECT_FALSE(ppa_takes({720, 360}, bilinear(), panel())) << "would lose the border";
  View turned = bilinear();
  turned.rotation = Rotation::k90;
  EXPECT_FALSE(ppa_takes({720, 720}, turned, panel()));
  View dim = bilinear();
  dim.tone = make_tone_curve(1.0F, 0.5F);
  EXPECT_FALSE(ppa_takes({720, 720}, dim, panel()));
  Canvas part = panel();
  part.size = {360, 720};
  EXPECT_FALSE(ppa_takes({360, 720}, {}, part)) << "a part of the panel";
  Canvas odd = panel();
  odd.pixels += 64;
  EXPECT_FALSE(ppa_takes({720, 720}, {}, odd)) << "not aligned to the cache";
}

// Whatever the sizes: what is taken gives the canvas' size, to the pixel.
TEST(PpaGate, EverySizeThatIsTakenComesOutExactly) {
  int taken = 0;
  for (std::uint32_t width = 1; width <= 1000; ++width) {
    const auto job = ppa_takes({width, width}, bilinear(), panel());
    if (!job) continue;
    ++taken;
    EXPECT_EQ(job->from.width * job->sixteenths_x / 16, 720u);
    EXPECT_EQ(job->from.width * job->sixteenths_x % 16, 0u);
  }
  EXPECT_GT(taken, 10);
}

TEST(PpaScaler, PutsTheBlockThatCounts) {
  const auto scaler = *PpaScaler::start();
  std::vector<std::uint8_t> rgb(std::size_t{368} * 368 * 3, 5);  // 360 of them count
  fake_ppa::jobs = 0;
  const PpaScaler::Source source{rgb.data(), PixelFormat::kRgb888, {368, 368}, {360, 360}};
  EXPECT_TRUE(scaler->put(source, bilinear(), panel()));
  EXPECT_EQ(panel_pixels[720 * 720], 5);
  EXPECT_FALSE(scaler->put(source, {}, panel()));
  EXPECT_EQ(fake_ppa::jobs, 1);
  EXPECT_EQ(fake_ppa::wrong, "");
  fake_ppa::fails = true;
  EXPECT_FALSE(scaler->put(source, bilinear(), panel()));
  fake_ppa::fails = false;
}

}  // namespace
}  // namespace p3a
