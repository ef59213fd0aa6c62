#include "core/codec/windows.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/codec/mixed_frame.h"
#include "core/codec/test_stream.h"

namespace p3a::p3x {
namespace {

using Bytes = std::vector<std::uint8_t>;

Windows windows_of(std::initializer_list<Rect> areas) {
  Windows windows;
  for (const Rect& area : areas) windows.add(area);
  return windows;
}

void paint_black(TestPicture& picture, const Windows& windows) {
  for (const Rect& area : windows.areas()) picture.fill(area, 0);
}

// Art of 24 × 24 cells on 270 × 270 pixels (a broken factor) with noise in the windows.
TestPicture scene(std::uint32_t step, const Windows& noisy) {
  TestPicture art({24, 24});
  TestNoise cells(5);
  for (std::uint32_t i = 0; i < 24 * 24; ++i) art.set(i % 24, i / 24, cells.below(4) * 0x304050);
  art.fill({static_cast<std::int32_t>(step % 20), 9, 4, 5}, 0xF0B020);
  TestPicture picture = art.upscaled({270, 270});
  TestNoise noise(step + 1);
  for (const Rect& area : noisy.areas())
    for (std::uint32_t i = 0; i < area.size().pixels(); ++i)
      picture.set(static_cast<std::uint32_t>(area.x) + i % area.width,
                  static_cast<std::uint32_t>(area.y) + i / area.width, noise.below(1U << 24));
  return picture;
}

TEST(Windows, RunsAreWhatNoWindowCovers) {
  TestNoise noise(1);
  for (int round = 0; round < 200; ++round) {
    Windows windows;
    for (std::uint32_t i = noise.below(5); i-- > 0;)
      windows.add({static_cast<std::int32_t>(noise.below(20)),
                   static_cast<std::int32_t>(noise.below(20)), 1 + noise.below(12),
                   1 + noise.below(12)});
    for (std::uint32_t y = 0; y < 24; ++y) {
      std::array<bool, 24> seen{};
      for (const auto& run : VisibleRuns(windows, 24, y))
        std::fill(seen.begin() + run.from, seen.begin() + run.to, true);
      for (std::uint32_t x = 0; x < 24; ++x) {
        EXPECT_NE(seen[x], windows.cover(x, y));
        EXPECT_EQ(windows.touch({static_cast<std::int32_t>(x), static_cast<std::int32_t>(y), 1, 1}),
                  windows.cover(x, y));
      }
    }
  }
}

TEST(Windows, CostNothingAndTheRestComesThroughBitForBit) {
  const Windows windows = windows_of({{48, 32, 96, 80}, {160, 144, 64, 110}});
  TestStream stream({.size = {270, 270}, .table_bits = 12, .history_bytes = 2U << 20});
  const TestPicture before = scene(0, {});
  ASSERT_TRUE(stream.passes(before));
  stream.encoder.set_windows(windows);
  for (std::uint32_t i = 1; i < 30; ++i) {
    TestPicture picture = scene(i, windows);
    ASSERT_TRUE(stream.show(stream.encode(picture)));
    EXPECT_EQ(stream.last.type == FrameType::kKey, i == 1);
    EXPECT_TRUE(i <= 3 || stream.last.size < 200U) << i;
    paint_black(picture, windows);
    ASSERT_TRUE(stream.panel.rgb == picture.rgb) << i;
  }
  EXPECT_LE(stream.encoder.grid().cells().width, 90U);
  stream.encoder.set_windows({});
  EXPECT_TRUE(stream.passes(scene(31, windows)));
}

TEST(Windows, ThePainterLeavesThemAlone) {
  const Windows windows = windows_of({{50, 30, 97, 83}, {0, 200, 270, 70}});
  TestStream stream({.size = {270, 270}, .table_bits = 12, .history_bytes = 2U << 20});
  stream.encoder.set_windows(windows);
  for (std::uint32_t i = 0; i < 12; ++i) {
    if (i == 6) stream.encoder.request_key();
    TestPicture picture = scene(i, windows);
    stream.panel.fill({60, 40, 20, 20}, 0x123456);  // what a patch drew
    const TestPicture held = stream.panel;
    ASSERT_TRUE(stream.decoder.decode(stream.encode(picture)));
    stream.decoder.paint_changes({stream.panel.rgb.data(), {270, 270}, 270 * 3UL}, windows);
    for (const Rect& area : windows.areas())
      for (std::uint32_t y = 0; y < area.height; ++y) {
        const std::size_t at = ((static_cast<std::uint32_t>(area.y) + y) * 270UL +
                                static_cast<std::uint32_t>(area.x)) *
                               3;
        std::copy_n(&held.rgb[at], area.width * 3UL, &picture.rgb[at]);
      }
    ASSERT_TRUE(stream.panel.rgb == picture.rgb) << i;
  }
  // One window closes: its part is painted, the other is left alone.
  stream.decoder.paint({stream.panel.rgb.data(), {270, 270}, 270 * 3UL}, windows.areas()[0],
                       windows_of({windows.areas()[1]}));
  EXPECT_EQ(stream.panel.rgb[(45 * 270 + 65) * 3], 0);
}

// --- payloads ---

Bytes payload_of(const Windows& windows, std::initializer_list<Rect> patches) {
  static const Bytes file{0xFF, 0xD8, 0xFF};
  std::vector<Patch> all;
  for (const Rect& area : patches) all.push_back({area, file});
  Bytes bytes(mixed_head_bytes(windows.areas().size(), all.size()));
  write_mixed_head(windows, all, 4, bytes);
  for (const int byte : {0x10, 0, 0, 0}) bytes.push_back(static_cast<std::uint8_t>(byte));
  for (std::size_t i = 0; i < all.size(); ++i) bytes.insert(bytes.end(), file.begin(), file.end());
  return bytes;
}

TEST(MixedFrame, IsReadAsItWasWritten) {
  const Windows windows = windows_of({{16, 32, 64, 48}, {100, 0, 20, 20}});
  const Bytes bytes = payload_of(windows, {{16, 32, 64, 48}, {110, 10, 10, 10}});
  const auto frame = MixedFrame::parse(bytes);
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->windows, windows);
  ASSERT_EQ(frame->patches().size(), 2U);
  EXPECT_EQ(frame->patches()[1].area, (Rect{110, 10, 10, 10}));
  EXPECT_EQ(frame->patches()[1].file.size(), 3U);
  EXPECT_EQ(frame->p3x.size(), 4U);
  EXPECT_TRUE(frame->windows.within({120, 80}));
  EXPECT_FALSE(frame->windows.within({119, 80}));
}

// The golden vectors, which the Python and JavaScript tests read too (tests/vectors/).
struct MixedVector {
  std::string_view name, payload, error;
  std::size_t windows, patches;
  std::string_view p3x;
};
#include "core/codec/mixed_vectors.inc"

TEST(MixedFrame, EveryGoldenPayloadSaysWhatItSays) {
  for (const MixedVector& vector : kMixedVectors) {
    const Bytes payload = from_hex(vector.payload);
    const auto frame = MixedFrame::parse(payload);
    ASSERT_EQ(frame ? "" : code_name(frame.error().code), vector.error) << vector.name;
    if (!frame) continue;
    EXPECT_EQ(frame->windows.areas().size(), vector.windows);
    EXPECT_EQ(frame->patches().size(), vector.patches);
    EXPECT_TRUE(std::ranges::equal(frame->p3x, from_hex(vector.p3x)));
    Bytes head(mixed_head_bytes(vector.windows, vector.patches));
    write_mixed_head(frame->windows, frame->patches(), frame->p3x.size(), head);
    EXPECT_TRUE(std::equal(head.begin(), head.end(), payload.begin())) << vector.name;
  }
}

TEST(MixedFrame, NoCutOneIsTaken) {
  Bytes bytes = payload_of(windows_of({{0, 0, 9, 9}}), {{0, 0, 3, 3}});
  for (std::size_t size = 0; size < bytes.size(); ++size)
    EXPECT_FALSE(MixedFrame::parse(ByteView(bytes).first(size))) << size;
  bytes.push_back(0);
  EXPECT_FALSE(MixedFrame::parse(bytes));
}

TEST(MixedFrame, RectanglesThatDoNotFitAreRefused) {
  const Windows one = windows_of({{8, 8, 16, 16}});
  EXPECT_TRUE(MixedFrame::parse(payload_of({}, {})));
  EXPECT_TRUE(MixedFrame::parse(payload_of(one, {{8, 8, 16, 16}, {8, 8, 16, 16}})));
  EXPECT_FALSE(MixedFrame::parse(payload_of(one, {{8, 8, 16, 16}, {8, 8, 16, 16}, {9, 9, 1, 1}})));
  for (const Rect& area : {Rect{7, 8, 16, 16},
                           {8, 7, 1, 1},
                           {9, 8, 16, 16},
                           {8, 24, 1, 1},
                           {8, 8, 0, 3},
                           {8, 8, 3, 0},
                           {24, 8, 0, 0}})
    EXPECT_FALSE(MixedFrame::parse(payload_of(one, {area}))) << area.x << ' ' << area.y;
  EXPECT_FALSE(MixedFrame::parse(payload_of({}, {{0, 0, 1, 1}})));
  EXPECT_FALSE(MixedFrame::parse(payload_of(windows_of({{0, 0, 9, 9}, {8, 8, 2, 2}}), {})));
  EXPECT_TRUE(MixedFrame::parse(payload_of(windows_of({{0, 0, 9, 9}, {9, 0, 2, 2}}), {})));
  EXPECT_FALSE(MixedFrame::parse(payload_of(windows_of({{0, 0, 0, 9}}), {})));
}

TEST(MixedFrame, CountsOutOfRangeAreRefused) {
  for (const std::size_t at : {0U, 1U, 2U, 3U}) {
    Bytes bytes(4096, 0);
    bytes[4] = 4;
    bytes[at] = at == 0 ? 5 : at == 1 ? 17 : 1;
    EXPECT_FALSE(MixedFrame::parse(bytes)) << at;
  }
}

}  // namespace
}  // namespace p3a::p3x
