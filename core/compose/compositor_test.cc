#include "core/compose/compositor.h"

#include <gtest/gtest.h>

#include "core/compose/compositor_reference.h"

namespace p3a {
namespace {

using reference::Picture;

Picture noise(Size size, RowFormat format, std::uint32_t seed = 1) {
  Picture picture{.size = size, .shape = size, .format = format, .bytes = {}};
  picture.bytes.resize(picture.row_bytes() * size.height);
  for (auto& byte : picture.bytes) {
    seed = seed * 1664525 + 1013904223;
    byte = static_cast<std::uint8_t>(seed >> 24);
  }
  return picture;
}

View plain_view(Fit fit = Fit::kContain, Scaling scaling = Scaling::kNearest) {
  View view;
  view.fit = fit;
  view.scaling = scaling;
  view.background = {10, 20, 30};
  return view;
}

/// Runs the real one twice, on a black and on a white canvas, against the reference.
bool agrees(const Picture& picture, const View& view, Size canvas, PixelFormat format) {
  const auto expected = reference::compose(picture, view, canvas, format);
  const auto on_black = reference::run(picture, view, canvas, format, 0);
  const auto on_white = reference::run(picture, view, canvas, format, 255);
  return on_black.begun && on_black.padding_untouched && on_white.padding_untouched &&
         on_black.rgb == on_white.rgb &&
         reference::largest_difference(on_black.rgb, expected) <=
             reference::tolerance(view, format);
}

TEST(Compositor, CopiesAPictureOfTheCanvasSizeBitForBit) {
  const Picture picture = noise({720, 720}, RowFormat::kRgb888);
  for (const Scaling scaling : {Scaling::kNearest, Scaling::kBilinear}) {
    const auto composed = reference::run(picture, plain_view(Fit::kContain, scaling), {720, 720},
                                         PixelFormat::kRgb888, 7);
    EXPECT_TRUE(composed.rgb == picture.bytes);
  }
}

TEST(Compositor, RepeatsPixelsExactlyForWholeFactors) {
  const Picture picture = noise({16, 16}, RowFormat::kRgb888);
  const auto composed = reference::run(picture, plain_view(), {48, 48}, PixelFormat::kRgb888, 0);
  int wrong = 0;
  for (std::size_t y = 0; y < 48; ++y) {
    for (std::size_t i = 0; i < 48 * 3; ++i) {
      const std::size_t from = (y / 3 * 16 + i / 9) * 3 + i % 3;
      wrong += composed.rgb[y * 144 + i] != picture.bytes[from];
    }
  }
  EXPECT_EQ(wrong, 0);
}

TEST(Compositor, AveragesTheAreaWhenShrinking) {
  Picture picture{.size = {4, 2}, .shape = {4, 2}, .format = RowFormat::kRgb888, .bytes = {}};
  picture.bytes = {0,   0, 0, 255, 255, 255, 10, 0, 0, 20, 0, 0,  //
                   255, 0, 0, 0,   255, 255, 30, 0, 0, 41, 0, 0};
  const auto composed =
      reference::run(picture, plain_view(Fit::kStretch), {2, 1}, PixelFormat::kRgb888, 0);
  // 510/4 = 127.5 rounds up; (10+20+30+41)/4 = 25.25.
  EXPECT_TRUE((composed.rgb == std::vector<std::uint8_t>{128, 128, 128, 25, 0, 0}));
}

TEST(Compositor, LaysTransparentPicturesOverTheBackground) {
  Picture picture{.size = {3, 1}, .shape = {3, 1}, .format = RowFormat::kRgba8888, .bytes = {}};
  picture.bytes = {200, 100, 50, 255, 200, 100, 50, 0, 200, 100, 50, 128};
  const auto composed =
      reference::run(picture, plain_view(Fit::kStretch), {3, 1}, PixelFormat::kRgb888, 0);
  EXPECT_TRUE((composed.rgb == std::vector<std::uint8_t>{200, 100, 50, 10, 20, 30, 105, 60, 40}));
}

TEST(Compositor, EveryAlphaRoundsToTheNearestLevel) {
  Picture picture{
      .size = {256, 256}, .shape = {256, 256}, .format = RowFormat::kRgba8888, .bytes = {}};
  for (unsigned level = 0; level < 256; ++level) {
    for (unsigned alpha = 0; alpha < 256; ++alpha) {
      for (const unsigned value : {level, level, level, alpha}) {
        picture.bytes.push_back(static_cast<std::uint8_t>(value));
      }
    }
  }
  EXPECT_TRUE(agrees(picture, plain_view(), {256, 256}, PixelFormat::kRgb888));
}

TEST(Compositor, TurnsClockwise) {
  // 2x1: left A, right B. Turned by 90 degrees, A is above B.
  Picture picture{.size = {2, 1}, .shape = {2, 1}, .format = RowFormat::kRgb888, .bytes = {}};
  picture.bytes = {1, 1, 1, 2, 2, 2};
  View view = plain_view();
  const auto first_of = [&](Rotation rotation, Size canvas) {
    view.rotation = rotation;
    return reference::run(picture, view, canvas, PixelFormat::kRgb888, 0).rgb[0];
  };
  EXPECT_EQ(first_of(Rotation::k0, {2, 1}), 1);
  EXPECT_EQ(first_of(Rotation::k90, {1, 2}), 1);
  EXPECT_EQ(first_of(Rotation::k180, {2, 1}), 2);
  EXPECT_EQ(first_of(Rotation::k270, {1, 2}), 2);
}

TEST(Compositor, AppliesTheToneCurveToThePictureAndTheBorder) {
  Picture picture{
      .size = {1, 1}, .shape = {1, 1}, .format = RowFormat::kRgb888, .bytes = {255, 255, 255}};
  View view = plain_view();
  view.background = {255, 0, 0};
  view.tone = make_tone_curve(1, 0.5F);
  const auto composed = reference::run(picture, view, {3, 1}, PixelFormat::kRgb888, 0);
  EXPECT_TRUE((composed.rgb == std::vector<std::uint8_t>{128, 0, 0, 128, 128, 128, 128, 0, 0}));
}

TEST(Compositor, AgreesWithTheReferenceInEveryMode) {
  int compared = 0;
  for (const Size size : {Size{1, 1}, Size{13, 7}, Size{24, 48}, Size{61, 9}, Size{57, 45}}) {
    for (const Size canvas : {Size{16, 16}, Size{24, 24}, Size{40, 17}, Size{7, 31}}) {
      for (int mode = 0; mode < 4 * 2 * 4 * 2 * 3; ++mode) {
        View view = plain_view(static_cast<Fit>(mode & 3), static_cast<Scaling>(mode >> 2 & 1));
        view.rotation = static_cast<Rotation>(mode >> 3 & 3);
        const auto format = static_cast<PixelFormat>(mode >> 5 & 1);
        const Picture picture = noise(size, static_cast<RowFormat>(mode >> 6));
        EXPECT_TRUE(agrees(picture, view, canvas, format));
        ++compared;
      }
    }
  }
  EXPECT_EQ(compared, 5 * 4 * 192);
}

TEST(Compositor, AgreesWithTheReferenceThroughToneCurves) {
  for (int mode = 0; mode < 4 * 2 * 3; ++mode) {
    View view = plain_view(Fit::kStretch);
    view.rotation = static_cast<Rotation>(mode & 3);
    view.tone = make_tone_curve(2.2F, 0.9F);
    const auto format = static_cast<PixelFormat>(mode >> 2 & 1);
    const auto rows = static_cast<RowFormat>(mode >> 3);
    for (const Size canvas : {Size{16, 16}, Size{29, 23}, Size{7, 31}}) {
      EXPECT_TRUE(agrees(noise({16, 16}, rows), view, canvas, format));
    }
  }
}

TEST(Compositor, TakesRgb565FromOddAddresses) {
  const Picture picture = noise({16, 16}, RowFormat::kRgb565);
  for (const Size size : {Size{16, 16}, Size{40, 24}}) {
    for (const float gamma : {1.0F, 2.2F}) {
      View view = plain_view(Fit::kStretch);
      view.tone = make_tone_curve(gamma, 1);
      std::vector<std::uint8_t> pixels(40 * 24 * 2), scratch(Compositor::scratch_bytes(16, 40));
      const Canvas canvas{pixels.data(), size, size.width * std::size_t{2}, PixelFormat::kRgb565};
      auto compositor =
          Compositor::begin(canvas, view, picture.size, picture.size, RowFormat::kRgb565, scratch);
      ASSERT_TRUE(compositor.has_value());
      std::vector<std::uint8_t> row(1 + 32);
      for (std::uint32_t y = 0; y < 16; ++y) {
        std::copy_n(picture.row(y).data(), 32, row.data() + 1);
        compositor->push_row(ByteView(row).subspan(1));
      }
      std::vector<std::uint8_t> shown(size.width * std::size_t{size.height} * 3);
      to_rgb888(canvas, shown);
      EXPECT_TRUE(shown == reference::compose(picture, view, size, PixelFormat::kRgb565));
    }
  }
}

TEST(Compositor, AgreesWithTheReferenceOnLargePictures) {
  // Sides without a common divisor: the widest sums.
  EXPECT_TRUE(agrees(noise({2039, 1021}, RowFormat::kRgb888), plain_view(Fit::kStretch), {97, 89},
                     PixelFormat::kRgb888));
  Picture white = noise({2903, 2897}, RowFormat::kRgb888);
  std::fill(white.bytes.begin(), white.bytes.end(), std::uint8_t{255});
  EXPECT_TRUE(agrees(white, plain_view(Fit::kStretch), {17, 19}, PixelFormat::kRgb888));
}

TEST(Compositor, RowsThatADecoderHasShrunkLieWhereTheOriginalWould) {
  Picture picture = noise({50, 38}, RowFormat::kRgb888);
  picture.shape = {400, 301};
  for (const Fit fit : {Fit::kContain, Fit::kCover, Fit::kStretch, Fit::kInteger}) {
    EXPECT_TRUE(agrees(picture, plain_view(fit), {60, 60}, PixelFormat::kRgb888));
  }
}

TEST(Compositor, LetsRowsBeDecodedStraightToTheCanvasWhereNothingIsToBeDone) {
  std::vector<std::uint8_t> pixels(8 * 8 * 3), scratch(Compositor::scratch_bytes(8, 8));
  const Canvas canvas{pixels.data(), {8, 8}, 24, PixelFormat::kRgb888};
  const auto direct = [&](const View& view, Size picture, RowFormat format) {
    const auto made = Compositor::begin(canvas, view, picture, picture, format, scratch);
    return made.has_value() ? made->direct_row(1) : ByteSpan();
  };
  const ByteSpan whole = direct(plain_view(), {8, 8}, RowFormat::kRgb888);
  EXPECT_TRUE(whole.data() == pixels.data() + 24);
  EXPECT_EQ(whole.size(), 24u);
  // Smaller than the canvas, but not scaled: "integer" with factor 1, centred.
  const ByteSpan smaller = direct(plain_view(Fit::kInteger), {6, 5}, RowFormat::kRgb888);
  EXPECT_TRUE(smaller.data() == pixels.data() + 2 * 24 + 3);
  EXPECT_EQ(smaller.size(), 18u);

  EXPECT_TRUE(direct(plain_view(), {8, 8}, RowFormat::kRgba8888).empty());
  EXPECT_TRUE(direct(plain_view(), {4, 4}, RowFormat::kRgb888).empty());
  EXPECT_TRUE(direct(plain_view(Fit::kCover), {9, 8}, RowFormat::kRgb888).empty());
  View turned = plain_view();
  turned.rotation = Rotation::k180;
  EXPECT_TRUE(direct(turned, {8, 8}, RowFormat::kRgb888).empty());
  View dimmed = plain_view();
  dimmed.tone = make_tone_curve(1, 0.5F);
  EXPECT_TRUE(direct(dimmed, {8, 8}, RowFormat::kRgb888).empty());
}

TEST(Compositor, SaysWhenItCannotBegin) {
  std::vector<std::uint8_t> pixels(8 * 8 * 3), scratch(Compositor::scratch_bytes(100, 8));
  const Canvas canvas{pixels.data(), {8, 8}, 24, PixelFormat::kRgb888};
  const auto begins = [&](Size picture, ByteSpan memory) {
    return Compositor::begin(canvas, plain_view(), picture, picture, RowFormat::kRgb888, memory)
        .has_value();
  };
  EXPECT_TRUE(begins({100, 5}, scratch));
  EXPECT_FALSE(begins({101, 5}, scratch));
  EXPECT_FALSE(begins({100, 5}, ByteSpan(scratch).first(scratch.size() - 1)));
  EXPECT_FALSE(begins({0, 5}, scratch));
  EXPECT_FALSE(begins({5, 65536}, scratch));
}

TEST(Compositor, IgnoresRowsBeyondThePicture) {
  const Picture picture = noise({8, 8}, RowFormat::kRgb888);
  std::vector<std::uint8_t> pixels(12 * 12 * 3), scratch(Compositor::scratch_bytes(8, 12));
  const Canvas canvas{pixels.data(), {12, 12}, 36, PixelFormat::kRgb888};
  auto compositor = Compositor::begin(canvas, plain_view(Fit::kContain, Scaling::kBilinear), {8, 8},
                                      {8, 8}, RowFormat::kRgb888, scratch);
  ASSERT_TRUE(compositor.has_value());
  for (std::uint32_t y = 0; y < 8; ++y) compositor->push_row(picture.row(y));
  const auto before = pixels;
  for (std::uint32_t y = 0; y < 20; ++y) compositor->push_row(picture.row(0));
  EXPECT_TRUE(pixels == before);
}

}  // namespace
}  // namespace p3a
