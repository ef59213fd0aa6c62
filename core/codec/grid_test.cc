#include "core/codec/grid.h"

#include <gtest/gtest.h>

#include <vector>

#include "core/codec/test_stream.h"

namespace p3a::p3x {
namespace {

Axis regular(AxisKind kind, std::uint32_t size, std::uint32_t cells) {
  Axis axis;
  axis.set_regular(kind, size, cells);
  return axis;
}

// Writes an axis and reads it into a fresh one.
std::size_t through_bytes(Axis axis, Axis& out) {
  std::vector<std::uint8_t> bytes(8192);
  RangeEncoder encoder(bytes, Walk::kForwards);
  Axis::code(encoder, axis, axis.size());
  encoder.finish();
  RangeDecoder decoder(ByteView(bytes).first(encoder.size()), Walk::kForwards);
  EXPECT_TRUE(Axis::code(decoder, out, axis.size()));
  return encoder.size();
}

TEST(Axis, StartsCellsWhereTheUpscaleDoes) {
  for (const std::uint32_t cells : {1U, 2U, 3U, 32U, 64U, 127U, 128U, 719U, 720U}) {
    const Axis centres = regular(AxisKind::kCentres, 720, cells);
    const Axis edges = regular(AxisKind::kEdges, 720, cells);
    ASSERT_EQ(centres.size(), 720U);
    ASSERT_EQ(edges.size(), 720U);
    for (std::uint32_t x = 0, c = 0, e = 0; x < 720; ++x) {
      while (centres.start(c + 1) <= x) ++c;
      while (edges.start(e + 1) <= x) ++e;
      ASSERT_EQ(c, (2 * x + 1) * cells / 1440);
      ASSERT_EQ(e, x * cells / 720);
      ASSERT_EQ(centres.cell_at(x), c);
      ASSERT_EQ(edges.cell_at(x), e);
    }
  }
}

TEST(Axis, RegularOnesTakeTwoBytes) {
  Axis out;
  const Axis axis = regular(AxisKind::kCentres, 720, 64);
  EXPECT_LE(through_bytes(axis, out), 3U);
  EXPECT_TRUE(out == axis);
}

TEST(Axis, AnyWidthsComeThrough) {
  TestNoise noise(5);
  for (int round = 0; round < 50; ++round) {
    const std::uint32_t size = 1 + noise.below(kMaxSide);
    std::vector<std::uint8_t> marks(size);
    const std::uint32_t rarity = 1 + noise.below(40);
    for (auto& mark : marks) mark = noise.below(rarity) == 0 ? 1 : 0;
    Axis axis;
    axis.set_marks(marks.data(), size);
    Axis out;
    through_bytes(axis, out);
    EXPECT_TRUE(out == axis);
  }
}

TEST(Axis, RefusesWhatDoesNotFillTheSide) {
  int refused = 0;
  TestNoise noise(9);
  for (int round = 0; round < 200; ++round) {
    std::array<std::uint8_t, 8> bytes{};
    for (auto& byte : bytes) byte = static_cast<std::uint8_t>(noise.below(256));
    RangeDecoder decoder(bytes, Walk::kForwards);
    Axis axis = regular(AxisKind::kEdges, 10, 5);
    if (Axis::code(decoder, axis, 10)) {
      EXPECT_EQ(axis.size(), 10U);
      EXPECT_GE(axis.cells(), 1U);
    } else {
      ++refused;
    }
  }
  EXPECT_GT(refused, 0);
}

}  // namespace
}  // namespace p3a::p3x
