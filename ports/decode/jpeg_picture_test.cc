#include "ports/decode/jpeg_picture.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "ports/decode/jpeg_samples.h"
#include "ports/decode/picture_files.h"
#include "ports/decode/pixel_buffer.h"
#include "ports/jpeg/baseline_decoder.h"

namespace p3a {
namespace {

// A file that counts how it is read.
class CountingFile final : public ReadableFile {
 public:
  CountingFile(std::vector<std::uint8_t> bytes, std::size_t& largest)
      : file_(std::move(bytes)), largest_(largest) {}
  std::uint64_t size() const override { return file_.size(); }
  std::size_t read_at(std::uint64_t offset, ByteSpan out) override {
    largest_ = std::max(largest_, out.size());
    return file_.read_at(offset, out);
  }

 private:
  MemoryFile file_;
  std::size_t& largest_;
};

std::unique_ptr<Picture> open(std::vector<std::uint8_t> bytes, Size size) {
  return open_jpeg(std::make_unique<MemoryFile>(std::move(bytes)),
                   {.format = ImageFormat::kJpeg, .size = size, .animated = false});
}

int worst_difference(const std::vector<std::uint8_t>& a, const std::vector<std::uint8_t>& b) {
  EXPECT_EQ(a.size(), b.size());
  int worst = 0;
  for (std::size_t i = 0; i < a.size(); ++i) worst = std::max(worst, std::abs(a[i] - b[i]));
  return worst;
}

TEST(JpegPicture, ShowsTheSameDirectlyOnTheCanvasAndThroughTheCompositor) {
  const Size size{203, 117};
  const auto picture = open(make_jpeg({.size = size}), size);
  CanvasMemory direct(size);
  ASSERT_TRUE(picture->next(plain_view(), direct.canvas));
  CanvasMemory turned(size);
  View view = plain_view();
  view.rotation = Rotation::k180;
  ASSERT_TRUE(picture->next(view, turned.canvas));
  for (std::size_t i = 0; i < size.pixels(); ++i) {
    for (std::size_t c = 0; c < 3; ++c) {
      ASSERT_EQ(direct.pixels[i * 3 + c], turned.pixels[(size.pixels() - 1 - i) * 3 + c]);
    }
  }
}

TEST(JpegPicture, ShrinksWhileDecodingWithoutShowingAnotherPicture) {
  const Size size{640, 480};
  const auto file = make_jpeg({.size = size, .quality = 95});
  const auto picture = open(file, size);
  CanvasMemory whole(size);
  ASSERT_TRUE(picture->next(plain_view(), whole.canvas));
  for (const Size panel :
       {Size{320, 240}, Size{300, 200}, Size{160, 120}, Size{97, 64}, Size{61, 80}, Size{16, 16}}) {
    for (const Fit fit : {Fit::kContain, Fit::kCover, Fit::kStretch}) {
      View view = plain_view();
      view.fit = fit;
      CanvasMemory shrunk(panel);
      ASSERT_TRUE(picture->next(view, shrunk.canvas));
      CanvasMemory expected(panel);
      PixelBuffer scratch;
      const PictureShape shape{.rows = size, .original = size, .format = RowFormat::kRgb888};
      ASSERT_TRUE(compose_whole(expected.canvas, view, shape, whole.pixels.data(), scratch));
      double sum = 0;
      for (std::size_t i = 0; i < expected.pixels.size(); ++i) {
        sum += std::abs(expected.pixels[i] - shrunk.pixels[i]);
      }
      EXPECT_LT(sum / static_cast<double>(expected.pixels.size()), 2.5)
          << panel.width << " x " << panel.height;
    }
  }
}

TEST(JpegPicture, RepeatsHalvedColourWhichIsNearerToPixelArtOrInterpolatesIt) {
  const Size size{128, 128};
  const auto art = noise_rows(size, 4);
  const auto picture =
      open(make_jpeg({.size = size, .quality = 90, .noise = true, .cell = 4}), size);
  const auto mean_error = [&](Scaling chroma) {
    CanvasMemory memory(size);
    View view = plain_view();
    view.chroma = chroma;
    EXPECT_TRUE(picture->next(view, memory.canvas));
    std::size_t sum = 0;
    for (std::size_t i = 0; i < art.size(); ++i) {
      sum += static_cast<std::size_t>(std::abs(memory.pixels[i] - art[i]));
    }
    return static_cast<double>(sum) / static_cast<double>(art.size());
  };
  EXPECT_LT(mean_error(Scaling::kNearest), mean_error(Scaling::kBilinear) / 2);
}

View live_view() {
  View view = plain_view();
  view.chroma = Scaling::kNearest;
  return view;
}

// What libjpeg-turbo shows of a live picture, as it does of a file.
std::vector<std::uint8_t> repeated_chroma(std::vector<std::uint8_t> file, Size size) {
  MemoryFile source(std::move(file));
  JpegReader reader(source);
  std::vector<std::uint8_t> pixels(size.pixels() * 3);
  EXPECT_TRUE(reader.read_header() && reader.start(8, false));
  for (std::uint32_t y = 0; y < size.height;) {
    std::uint8_t* row = &pixels[y * std::size_t{size.width} * 3];
    const auto done = reader.read_rows(&row, 1);
    if (!done || *done == 0) break;
    y += *done;
  }
  EXPECT_TRUE(reader.finish());
  return pixels;
}

TEST(JpegPicture, ShowsTheSameOfALivePictureAsLibjpegTurboWhereverItGoes) {
  const Size size{131, 77};
  View view = live_view();
  const auto file = make_jpeg({.size = size, .noise = true, .cell = 3});
  const auto expected = repeated_chroma(file, size);
  CanvasMemory memory(size);
  ASSERT_TRUE(open(file, size)->next(view, memory.canvas));
  EXPECT_EQ(worst_difference(memory.pixels, expected), 0);

  const PictureShape shape{.rows = size, .original = size, .format = RowFormat::kRgb888};
  PixelBuffer scratch;
  view.rotation = Rotation::k90;
  for (const PixelFormat format : {PixelFormat::kRgb888, PixelFormat::kRgb565}) {
    for (const Size panel : {size.transposed(), Size{200, 240}}) {
      CanvasMemory shown(panel, format), composed(panel, format);
      ASSERT_TRUE(open(file, size)->next(view, shown.canvas));
      ASSERT_TRUE(compose_whole(composed.canvas, view, shape, expected.data(), scratch));
      EXPECT_EQ(worst_difference(shown.pixels, composed.pixels), 0);
    }
  }
}

// The last rows tell that the fast decoder should have left it alone: rows were shown by then.
TEST(JpegPicture, ShowsALivePictureWithBytesTooManyWhichOnlyLibjpegTurboTakes) {
  const Size size{64, 160};
  View view = live_view();
  auto file = make_jpeg({.size = size, .noise = true});
  file.insert(file.end() - 2, {1, 2, 3});
  for (const Rotation rotation : {Rotation::k0, Rotation::k180}) {
    view.rotation = rotation;
    CanvasMemory shown(size), composed(size);
    ASSERT_TRUE(open(file, size)->next(view, shown.canvas));
    const PictureShape shape{.rows = size, .original = size, .format = RowFormat::kRgb888};
    PixelBuffer scratch;
    ASSERT_TRUE(
        compose_whole(composed.canvas, view, shape, repeated_chroma(file, size).data(), scratch));
    EXPECT_EQ(worst_difference(shown.pixels, composed.pixels), 0);
  }
}

TEST(JpegPicture, RefusesALivePictureThatEndsEarlyAfterItsRowsWereShown) {
  const Size size{64, 160};
  View view = live_view();
  auto file = make_jpeg({.size = size, .noise = true});
  file.erase(file.end() - 200, file.end() - 2);
  for (const Rotation rotation : {Rotation::k0, Rotation::k180}) {
    view.rotation = rotation;
    CanvasMemory memory(size);
    const auto frame = open(file, size)->next(view, memory.canvas);
    ASSERT_FALSE(frame);
    EXPECT_EQ(frame.error().code, ErrorCode::kDecodeFailed);
  }
}

// Bytes that lie in memory and cannot be read: libjpeg-turbo gets none.
class UnreadableFile final : public ReadableFile {
 public:
  explicit UnreadableFile(std::vector<std::uint8_t> bytes) : bytes_(std::move(bytes)) {}
  std::uint64_t size() const override { return bytes_.size(); }
  std::size_t read_at(std::uint64_t, ByteSpan) override { return 0; }
  ByteView in_memory() const override { return bytes_; }

 private:
  std::vector<std::uint8_t> bytes_;
};

TEST(JpegPicture, LivePicturesAreDecodedByOursWhereTheyLie) {
  const Size size{64, 160};
  View view = plain_view();
  const auto file = make_jpeg({.size = size, .noise = true});
  for (const Scaling chroma : {Scaling::kNearest, Scaling::kBilinear}) {
    view.chroma = chroma;
    const auto picture = open_jpeg(std::make_unique<UnreadableFile>(file),
                                   {.format = ImageFormat::kJpeg, .size = size, .animated = false});
    CanvasMemory memory(size);
    EXPECT_EQ(picture->next(view, memory.canvas).has_value(),
              chroma == Scaling::kNearest && jpeg::BaselineDecoder::is_available());
  }
}

TEST(JpegPicture, ReadsTheFileInSmallPieces) {
  const Size size{512, 512};
  std::size_t largest = 0;
  const auto picture =
      open_jpeg(std::make_unique<CountingFile>(make_jpeg({.size = size, .noise = true}), largest),
                {.format = ImageFormat::kJpeg, .size = size, .animated = false});
  CanvasMemory memory(size);
  ASSERT_TRUE(picture->next(plain_view(), memory.canvas));
  EXPECT_LE(largest, 64u * 1024);
}

// Legal, but each scan costs a pass over the whole picture.
TEST(JpegPicture, RefusesMoreScansThanAnyEncoderWrites) {
  std::vector<jpeg_scan_info> scans = {{3, {0, 1, 2}, 0, 0, 0, 0}};
  for (int component = 0; component < 3; ++component) {
    for (int k = 1; k < 64; ++k) scans.push_back({1, {component}, k, k, 0, 0});
  }
  const Size size{64, 64};
  CanvasMemory memory(size);
  const auto refused = open(make_jpeg({.size = size, .scans = scans}), size);
  const auto frame = refused->next(plain_view(), memory.canvas);
  ASSERT_FALSE(frame);
  EXPECT_EQ(frame.error().code, ErrorCode::kDecodeLimit);

  const CanvasMemory baseline(size);
  ASSERT_TRUE(open(make_jpeg({.size = size}), size)->next(plain_view(), baseline.canvas));
  scans = {{3, {0, 1, 2}, 0, 0, 0, 0},
           {1, {0}, 1, 63, 0, 0},
           {1, {1}, 1, 63, 0, 0},
           {1, {2}, 1, 63, 0, 0}};
  const auto taken = open(make_jpeg({.size = size, .scans = scans}), size);
  ASSERT_TRUE(taken->next(plain_view(), memory.canvas));
  EXPECT_EQ(worst_difference(memory.pixels, baseline.pixels), 0);
}

TEST(JpegPicture, RefusesAFileThatIsNotOfTheSizeThatWasProbed) {
  const auto picture = open(make_jpeg({.size = {64, 64}}), {65, 64});
  CanvasMemory memory({65, 64});
  const auto frame = picture->next(plain_view(), memory.canvas);
  ASSERT_FALSE(frame);
  EXPECT_EQ(frame.error().code, ErrorCode::kDecodeFailed);
}

}  // namespace
}  // namespace p3a
