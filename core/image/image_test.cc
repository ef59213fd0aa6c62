#include "core/image/image.h"

#include <gtest/gtest.h>

#include "core/image/counting_source.h"
#include "core/image/test_bytes.h"

namespace p3a {
namespace {

Result<ImageInfo> probe_bytes(const TestBytes& bytes) {
  MemorySource source(bytes.view());
  return probe(source, {});
}

bool is(const Result<ImageInfo>& info, ImageFormat format, Size size, bool animated) {
  return info && info->format == format && info->size == size && info->animated == animated;
}

TEST(ImageFormat, IsFoundByTheNamesThatClientsWrite) {
  EXPECT_TRUE(format_from_name("png") == ImageFormat::kPng);
  EXPECT_TRUE(format_from_name("APNG") == ImageFormat::kPng);
  EXPECT_TRUE(format_from_name("jpg") == ImageFormat::kJpeg);
  EXPECT_TRUE(format_from_name("Jpeg") == ImageFormat::kJpeg);
  EXPECT_TRUE(format_from_name("WebP") == ImageFormat::kWebp);
  EXPECT_TRUE(format_from_name("gif") == ImageFormat::kGif);
  EXPECT_TRUE(format_from_name("p3x") == ImageFormat::kP3x);
  EXPECT_TRUE(format_from_name("X-P3X") == ImageFormat::kP3x);
  EXPECT_FALSE(format_from_name("").has_value());
  EXPECT_FALSE(format_from_name("pn").has_value());
  EXPECT_FALSE(format_from_name("gif ").has_value());
  EXPECT_FALSE(format_from_name("bmp").has_value());
}

TEST(ImageFormat, HasANameAndAnEnding) {
  EXPECT_TRUE(format_name(ImageFormat::kJpeg) == "jpeg");
  EXPECT_TRUE(format_extension(ImageFormat::kJpeg) == "jpg");
  EXPECT_TRUE(format_extension(ImageFormat::kWebp) == "webp");
  EXPECT_TRUE(format_extension(ImageFormat::kPng) == "png");
  EXPECT_TRUE(format_extension(ImageFormat::kGif) == "gif");
}

TEST(ImageFormat, IsToldByMagicBytesWithoutReadingPastTheEnd) {
  const TestBytes webp = webp_lossy(1, 1);
  EXPECT_TRUE(format_from_magic(webp.view().first(kMagicBytes)) == ImageFormat::kWebp);
  EXPECT_FALSE(format_from_magic(webp.view().first(kMagicBytes - 1)).has_value());
  const TestBytes png = png_picture(1, 1);
  EXPECT_TRUE(format_from_magic(png.view().first(8)) == ImageFormat::kPng);
  EXPECT_FALSE(format_from_magic(png.view().first(7)).has_value());
  EXPECT_FALSE(format_from_magic({}).has_value());
  EXPECT_FALSE(format_from_magic(TestBytes{}.text("GIF88a      ").view()).has_value());
  EXPECT_FALSE(format_from_magic(TestBytes{}.text("RIFF    WAVE").view()).has_value());
}

TEST(Probe, TellsFormatAndSize) {
  EXPECT_TRUE(is(probe_bytes(png_picture(720, 480)), ImageFormat::kPng, {720, 480}, false));
  EXPECT_TRUE(is(probe_bytes(jpeg_picture(720, 480)), ImageFormat::kJpeg, {720, 480}, false));
  EXPECT_TRUE(is(probe_bytes(webp_lossy(720, 480)), ImageFormat::kWebp, {720, 480}, false));
  EXPECT_TRUE(is(probe_bytes(gif_picture(720, 480)), ImageFormat::kGif, {720, 480}, false));
}

TEST(Probe, TakesTheSmallestAndTheLargestPicture) {
  EXPECT_TRUE(is(probe_bytes(png_picture(1, 1)), ImageFormat::kPng, {1, 1}, false));
  EXPECT_TRUE(is(probe_bytes(jpeg_picture(2048, 2048)), ImageFormat::kJpeg, {2048, 2048}, false));
  EXPECT_EQ(refusal(probe_bytes(jpeg_picture(2049, 1))), ErrorCode::kDimensionsTooLarge);
  EXPECT_EQ(refusal(probe_bytes(webp_lossy(1, 2049))), ErrorCode::kDimensionsTooLarge);
}

TEST(Probe, TellsWhatIsWrongWithNoPictureAtAll) {
  EXPECT_EQ(refusal(probe_bytes({})), ErrorCode::kEmptyBody);
  EXPECT_EQ(refusal(probe_bytes(TestBytes{}.u8(0xFF))), ErrorCode::kUnknownFormat);
  EXPECT_EQ(refusal(probe_bytes(TestBytes{}.text("<html>not a picture</html>"))),
            ErrorCode::kUnknownFormat);
}

TEST(Probe, RefusesAPictureOfNoPixels) {
  EXPECT_EQ(refusal(probe_bytes(png_picture(0, 5))), ErrorCode::kDecodeFailed);
  EXPECT_EQ(refusal(probe_bytes(jpeg_picture(5, 0))), ErrorCode::kDecodeFailed);
  EXPECT_EQ(refusal(probe_bytes(webp_lossy(0, 5))), ErrorCode::kDecodeFailed);
  EXPECT_EQ(refusal(probe_bytes(gif_start(0, 0).u8(0x3B))), ErrorCode::kDecodeFailed);
}

TEST(Probe, NamesBothSizesOfAPictureThatIsTooLarge) {
  const auto refused = probe_bytes(png_picture(4096, 4000));
  ASSERT_EQ(refusal(refused), ErrorCode::kDimensionsTooLarge);
  EXPECT_TRUE(contains(refused.error().message.view(), "4096 x 4000"));
  EXPECT_TRUE(contains(refused.error().message.view(), "2048 x 2048"));
}

TEST(Probe, RefusesABombFromItsHeaderAlone) {
  const TestBytes bombs[] = {jpeg_picture(65535, 65535),
                             png_picture(65535, 65535),
                             png_picture(0x80000000, 0x80000000),
                             png_picture(0xFFFFFFFF, 0xFFFFFFFF),
                             webp_lossy(16383, 16383),
                             gif_start(65535, 65535).u8(0x3B)};
  for (const TestBytes& bomb : bombs) {
    CountingSource source(bomb.view());
    EXPECT_EQ(refusal(probe(source, {})), ErrorCode::kDimensionsTooLarge);
    EXPECT_LE(source.reads(), 8u);
  }
}

TEST(Probe, RefusesEveryPictureThatIsCutOff) {
  const TestBytes pictures[] = {png_picture(8, 8), jpeg_picture(8, 8), webp_lossy(8, 8),
                                gif_picture(8, 8)};
  for (const TestBytes& picture : pictures) {
    for (std::size_t size = kMagicBytes; size < picture.size(); ++size) {
      MemorySource source(picture.view().first(size));
      EXPECT_EQ(refusal(probe(source, {})), ErrorCode::kDecodeFailed);
    }
  }
}

TEST(Probe, KeepsToTheLimitsThatItIsGiven) {
  const TestBytes bytes = png_picture(20, 10);
  MemorySource source(bytes.view());
  EXPECT_TRUE(probe(source, {.max_width = 20, .max_height = 10}).has_value());
  EXPECT_FALSE(probe(source, {.max_width = 19, .max_height = 10}).has_value());
  EXPECT_FALSE(probe(source, {.max_width = 20, .max_height = 9}).has_value());
}

}  // namespace
}  // namespace p3a
