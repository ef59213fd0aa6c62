#include "core/image/gif_header.h"

#include <gtest/gtest.h>

#include "core/image/test_bytes.h"

namespace p3a {
namespace {

Result<Size> parse(const TestBytes& bytes) {
  MemorySource source(bytes.view());
  return parse_gif_header(source, {});
}

TEST(GifHeader, ReadsTheLogicalScreen) {
  const auto size = parse(gif_start(300, 200).u8(0x2C));
  ASSERT_TRUE(size.has_value());
  EXPECT_TRUE((*size == Size{300, 200}));
}

TEST(GifHeader, TakesTheOldVersion) {
  const auto file = TestBytes{}.text("GIF87a").le16(3).le16(2).u8(0, 3).u8(0x2C);
  EXPECT_TRUE(parse(file).has_value());
  EXPECT_FALSE(parse(TestBytes{}.text("GIF90a").le16(3).le16(2).u8(0, 4)).has_value());
}

TEST(GifHeader, WantsTheWholePaletteAndSomethingBehindIt) {
  TestBytes file;
  file.text("GIF89a").le16(3).le16(2).u8(0x81).u8(0, 2);  // a palette of 4 colours
  EXPECT_FALSE(parse(file.u8(9, 12)).has_value());
  EXPECT_TRUE(parse(file.u8(0x2C)).has_value());
}

Result<std::uint32_t> count(const TestBytes& bytes, const ImageLimits& limits = {}) {
  MemorySource source(bytes.view());
  return count_gif_frames(source, limits);
}

TEST(GifFrames, AreCountedPastExtensionsAndPalettes) {
  const TestBytes comment = TestBytes{}.u8(0x21).u8(0xFE).u8(255).u8(0x3B, 255).u8(1).u8(7).u8(0);
  const TestBytes own_palette =
      TestBytes{}.u8(0x2C).le32(0).le16(1).le16(1).u8(0x87).u8(0x3B, 768).u8(2).u8(1).u8(5).u8(0);
  TestBytes file = gif_start(8, 8);
  file.append(comment).append(gif_frame()).append(comment).append(own_palette).u8(0x3B);
  const auto frames = count(file.u8(0x2C));  // what stands behind the trailer is nobody's
  ASSERT_TRUE(frames.has_value());
  EXPECT_EQ(*frames, 2u);
}

TEST(GifFrames, AreAtLeastOneAndNoMoreThanTheLimit) {
  EXPECT_EQ(refusal(count(gif_start(8, 8).u8(0x3B))), ErrorCode::kDecodeFailed);
  TestBytes file = gif_start(8, 8);
  for (int i = 0; i < 3; ++i) file.append(gif_frame());
  file.u8(0x3B);
  EXPECT_TRUE(count(file, {.max_frames = 3}).has_value());
  EXPECT_EQ(refusal(count(file, {.max_frames = 2})), ErrorCode::kDecodeLimit);
  EXPECT_EQ(refusal(count(gif_start(8, 8).u8(0x3F))), ErrorCode::kDecodeFailed);
}

// It was taken, and skipped only when playing came to where it was cut.
TEST(GifFrames, AnAnimationThatIsCutOffIsRefusedWhole) {
  const TestBytes file = gif_start(8, 8).append(gif_frame()).append(gif_frame()).u8(0x3B);
  for (std::size_t size = 13; size < file.size(); ++size) {
    MemorySource source(file.view().first(size));
    EXPECT_EQ(refusal(count_gif_frames(source, {})), ErrorCode::kDecodeFailed) << size;
  }
}

}  // namespace
}  // namespace p3a
