#include "ports/jpeg/baseline_encoder.h"

#include <gtest/gtest.h>

#include <random>

#include "ports/jpeg/test_turbo.h"

namespace p3a::jpeg {
namespace {

enum class Content : std::uint8_t { kNoise, kGradient, kCells };

// Rows that end where the memory ends.
struct TestPicture {
  TestPicture(Size picture_size, PixelOrder pixel_order, Content content)
      : size(picture_size), order(pixel_order), stride(row_bytes() + 5) {
    std::minstd_rand random(size.width * 131 + size.height);
    bytes.resize(stride * (size.height - 1) + row_bytes());
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      const std::size_t x = i % stride, y = i / stride;
      const std::size_t value = content == Content::kNoise      ? random() >> 8
                                : content == Content::kGradient ? x + y * 3
                                : (x / 20 + y / 5) % 2 != 0     ? 255
                                                                : 0;
      bytes[i] = static_cast<std::uint8_t>(value);
    }
  }

  std::size_t row_bytes() const { return size.width * static_cast<std::size_t>(bytes_of(order)); }
  RgbRows rows() const { return {bytes.data(), size, stride, order}; }

  Size size;
  PixelOrder order;
  std::size_t stride;
  Bytes bytes;
};

Bytes by_library(const Turbo& turbo, const TestPicture& picture, int quality) {
  constexpr int kFormats[] = {TJPF_RGB, TJPF_RGBX, TJPF_BGRX};
  const auto width = static_cast<int>(picture.size.width);
  const auto height = static_cast<int>(picture.size.height);
  Bytes file(tjBufSize(width, height, TJSAMP_420));
  unsigned char* at = file.data();
  unsigned long bytes = file.size();
  EXPECT_EQ(tjCompress2(turbo.get(), picture.bytes.data(), width, static_cast<int>(picture.stride),
                        height, kFormats[static_cast<int>(picture.order)], &at, &bytes, TJSAMP_420,
                        quality, TJFLAG_NOREALLOC | TJFLAG_ACCURATEDCT),
            0);
  file.resize(bytes);
  return file;
}

class BaselineEncoderTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!BaselineEncoder::is_available()) GTEST_SKIP() << "this processor has no AVX2";
  }

  void expect_the_librarys_file(Size size, PixelOrder order, Content content, int quality) {
    const TestPicture picture(size, order, content);
    const ByteView ours = encoder_.encode(picture.rows(), quality);
    ASSERT_EQ(Bytes(ours.begin(), ours.end()), by_library(turbo_, picture, quality))
        << size.width << " x " << size.height << ", order " << static_cast<int>(order)
        << ", content " << static_cast<int>(content) << ", quality " << quality;
  }

  BaselineEncoder encoder_;
  const Turbo turbo_{tjInitCompress()};
};

constexpr PixelOrder kOrders[] = {PixelOrder::kRgb, PixelOrder::kRgbx, PixelOrder::kBgrx};
constexpr Content kContents[] = {Content::kNoise, Content::kGradient, Content::kCells};

TEST_F(BaselineEncoderTest, ItsFileIsTheLibrarysAtEveryEdge) {
  for (const std::uint32_t width : {1u, 2u, 7u, 8u, 9u, 16u, 17u, 24u, 25u, 33u, 48u})
    for (const std::uint32_t height : {1u, 3u, 8u, 9u, 16u, 17u, 25u, 32u})
      for (const PixelOrder order : kOrders)
        ASSERT_NO_FATAL_FAILURE(
            expect_the_librarys_file({width, height}, order, Content::kNoise, 75));
}

TEST_F(BaselineEncoderTest, ItsFileIsTheLibrarysAtEveryQuality) {
  for (int quality = 1; quality <= 100; ++quality)
    for (const Content content : kContents)
      ASSERT_NO_FATAL_FAILURE(
          expect_the_librarys_file({63, 41}, PixelOrder::kBgrx, content, quality));
}

// Noise of all values at the highest quality is the largest that a file becomes.
TEST_F(BaselineEncoderTest, LargeFilesHaveRoomAndAreTheLibrarys) {
  for (const Content content : kContents)
    for (const int quality : {75, 100})
      ASSERT_NO_FATAL_FAILURE(
          expect_the_librarys_file({720, 720}, PixelOrder::kRgbx, content, quality));
}

}  // namespace
}  // namespace p3a::jpeg
