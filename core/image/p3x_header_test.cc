#include "core/image/p3x_header.h"

#include <gtest/gtest.h>

#include "core/image/test_bytes.h"

namespace p3a {
namespace {

constexpr ImageLimits kLimits;

struct File {
  std::uint32_t magic = 0x89, version = 1, table_bits = 16, slices = 1, reserved = 0;
  std::uint32_t width = 90, height = 72, frames = 2, pictures = 1 << 16, index = 32 + 4 + 6;
  std::uint32_t first = 1U << 31 | 4, second = 6, delay = 40'000, last_delay = 1'000;

  TestBytes bytes() const {
    TestBytes out;
    out.u8(magic).text("P3X\r\n\x1a\n").u8(version).u8(table_bits).u8(slices).u8(reserved);
    out.le16(width).le16(height).le32(frames).le32(pictures).le32(index).le32(0);
    out.u8(7, 4 + 6);
    return out.le32(first).le32(delay).le32(second).le32(last_delay);
  }
};

ErrorCode refused(const TestBytes& bytes, const ImageLimits& limits = kLimits) {
  MemorySource source(bytes.view());
  return refusal(parse_p3x_header(source, limits));
}

TEST(P3xHeader, ReadsWhatIsWritten) {
  const auto bytes = File{}.bytes();
  MemorySource source(bytes.view());
  const auto header = parse_p3x_header(source, kLimits);
  ASSERT_TRUE(header.has_value());
  EXPECT_TRUE((header->size == Size{90, 72}));
  EXPECT_EQ(header->frames, 2u);
  EXPECT_EQ(header->index_offset, 42u);
  const auto head = p3x_header_bytes(*header);
  EXPECT_TRUE(std::equal(head.begin(), head.end(), bytes.view().begin()));
  const auto first = read_p3x_entry(source, *header, 0);
  ASSERT_TRUE(first.has_value());
  EXPECT_TRUE(first->key && first->bytes == 4 && first->delay == 40ms);
  const auto entry = p3x_entry_bytes(*first);
  EXPECT_TRUE(std::equal(entry.begin(), entry.end(), bytes.view().begin() + 42));
  const auto info = probe(source, kLimits);
  ASSERT_TRUE(info.has_value());
  EXPECT_TRUE(info->format == ImageFormat::kP3x && info->animated);
}

TEST(P3xHeader, SaysWhyNot) {
  EXPECT_EQ(refused(File{.version = 2}.bytes()), ErrorCode::kUnsupportedFeature);
  EXPECT_EQ(refused(File{.width = 0}.bytes()), ErrorCode::kDecodeFailed);
  EXPECT_EQ(refused(File{.width = 2049}.bytes()), ErrorCode::kDimensionsTooLarge);
  EXPECT_EQ(refused(File{.pictures = kMaxP3xPictureBytes + 1}.bytes()), ErrorCode::kDecodeLimit);
  EXPECT_EQ(refused(File{}.bytes(), {.max_frames = 1}), ErrorCode::kDecodeLimit);
}

TEST(P3xHeader, WantsEveryFrameWhereTheIndexSays) {
  EXPECT_EQ(refused(File{.table_bits = 9}.bytes()), ErrorCode::kDecodeFailed);
  EXPECT_EQ(refused(File{.slices = 3}.bytes()), ErrorCode::kDecodeFailed);
  EXPECT_EQ(refused(File{.reserved = 1}.bytes()), ErrorCode::kDecodeFailed);
  EXPECT_EQ(refused(File{.frames = 0}.bytes()), ErrorCode::kDecodeFailed);
  EXPECT_EQ(refused(File{.frames = 3}.bytes()), ErrorCode::kDecodeFailed);
  EXPECT_EQ(refused(File{.index = 41}.bytes()), ErrorCode::kDecodeFailed);
  EXPECT_EQ(refused(File{.index = 0xFFFFFFF0}.bytes()), ErrorCode::kDecodeFailed);
  EXPECT_EQ(refused(File{.first = 4}.bytes()), ErrorCode::kDecodeFailed);  // no key frame
  EXPECT_EQ(refused(File{.second = 7}.bytes()), ErrorCode::kDecodeFailed);
  EXPECT_EQ(refused(File{.second = 3}.bytes()), ErrorCode::kDecodeFailed);
  EXPECT_EQ(refused(File{.delay = 999}.bytes()), ErrorCode::kDecodeFailed);
  EXPECT_EQ(refused(File{}.bytes().u8(0)), ErrorCode::kDecodeFailed);
}

}  // namespace
}  // namespace p3a
