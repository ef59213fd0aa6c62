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

}  // namespace
}  // namespace p3a
