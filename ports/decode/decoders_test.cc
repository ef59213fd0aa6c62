#include "ports/decode/decoders.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "ports/decode/picture_files.h"

namespace p3a {
namespace {

constexpr Rgb kBackground{40, 90, 200};

Result<std::unique_ptr<Picture>> open(std::vector<std::uint8_t> bytes, ImageLimits limits = {}) {
  return LibraryDecoders().open(std::make_unique<MemoryFile>(std::move(bytes)), limits);
}

// What a panel of the picture's size shows of R,G,B,A over the background.
int shown(int sample, int alpha, int background) {
  return (2 * (sample * alpha + background * (255 - alpha)) + 255) / 510;
}

// The largest difference to the expected frame, a whole 255 where the file promises none.
int difference(const CanvasMemory& memory, const std::uint8_t* rgba) {
  const int background[] = {kBackground.r, kBackground.g, kBackground.b};
  int worst = 0;
  for (std::size_t i = 0; i < memory.pixels.size(); ++i) {
    const std::uint8_t* const pixel = rgba + i / 3 * 4;
    const int want = shown(pixel[i % 3], pixel[3], background[i % 3]);
    const bool mixed = pixel[3] != 0 && pixel[3] != 255;
    const int off = std::abs(memory.pixels[i] - want) - (mixed ? 1 : 0);
    worst = std::max(worst, off);
  }
  return worst;
}

void expect_shows(Picture& picture, const PictureLine& line, const std::uint8_t* rgba) {
  CanvasMemory memory(line.size);
  for (std::uint32_t i = 0; i < line.frames; ++i) {
    const auto frame = picture.next(plain_view(kBackground), memory.canvas);
    ASSERT_TRUE(frame) << line.name << ": " << frame.error().message.view();
    EXPECT_EQ(frame->delay, line.delays[i]) << line.name << " frame " << i;
    EXPECT_EQ(frame->last, i + 1 == line.frames) << line.name << " frame " << i;
    EXPECT_LE(difference(memory, rgba + i * line.size.pixels() * 4), line.tolerance)
        << line.name << " frame " << i;
  }
  EXPECT_EQ(picture.info().animated, line.frames > 1) << line.name;
}

// Decodes one whole round; the error of the frame that failed, if one did.
Status play_once(std::vector<std::uint8_t> bytes, ImageLimits limits = {}) {
  const auto picture = open(std::move(bytes), limits);
  if (!picture) return std::unexpected(picture.error());
  CanvasMemory memory((*picture)->info().size);
  for (;;) {
    const auto frame = (*picture)->next(plain_view(), memory.canvas);
    if (!frame) return std::unexpected(frame.error());
    if (frame->last) return {};
  }
}

TEST(LibraryDecoders, ShowEveryGoodPictureAsItIsAndOnceMoreAfterItsEnd) {
  std::size_t good = 0;
  for (const PictureLine& line : picture_index()) {
    if (!line.good) continue;
    ++good;
    const auto picture = open(read_picture(line.name));
    ASSERT_TRUE(picture) << line.name << ": " << picture.error().message.view();
    EXPECT_EQ((*picture)->info().size, line.size) << line.name;
    const auto rgba = read_picture(line.name + ".rgba");
    ASSERT_EQ(rgba.size(), line.frames * line.size.pixels() * 4) << line.name;
    expect_shows(**picture, line, rgba.data());
    expect_shows(**picture, line, rgba.data());
  }
  EXPECT_GT(good, 70u);
}

TEST(LibraryDecoders, RefuseEveryBadPictureWithItsCode) {
  std::size_t bad = 0;
  for (const PictureLine& line : picture_index()) {
    if (line.good) continue;
    ++bad;
    const Status played = play_once(read_picture(line.name));
    ASSERT_FALSE(played) << line.name;
    EXPECT_EQ(code_name(played.error().code), line.code) << line.name;
    EXPECT_FALSE(played.error().message.view().empty()) << line.name;
  }
  EXPECT_GT(bad, 20u);
}

TEST(LibraryDecoders, RefuseEveryPictureThatIsCutOffAnywhere) {
  for (const PictureLine& line : picture_index()) {
    if (!line.good) continue;
    const auto whole = read_picture(line.name);
    const std::size_t step = whole.size() / 100 + 1;
    for (std::size_t cut = 1; cut < whole.size(); cut += cut < 20 ? 1 : step) {
      const auto kept = static_cast<std::ptrdiff_t>(whole.size() - cut);
      const Status played = play_once({whole.begin(), whole.begin() + kept});
      ASSERT_FALSE(played) << line.name << " without its last " << cut << " bytes";
      EXPECT_TRUE(played.error().code == ErrorCode::kDecodeFailed ||
                  played.error().code == ErrorCode::kUnknownFormat ||
                  played.error().code == ErrorCode::kEmptyBody)
          << line.name << ": " << code_name(played.error().code);
    }
  }
}

TEST(LibraryDecoders, RefuseAnimationsWithMoreFramesThanTheLimit) {
  for (const char* name : {"apng-all.png", "gif-all.gif", "webp-animation.webp"}) {
    EXPECT_TRUE(play_once(read_picture(name), {.max_frames = 8})) << name;
    const Status played = play_once(read_picture(name), {.max_frames = 4});
    ASSERT_FALSE(played) << name;
    EXPECT_EQ(played.error().code, ErrorCode::kDecodeLimit) << name;
  }
}

TEST(LibraryDecoders, StartAnAnimationAnewAfterAnError) {
  for (const char* name : {"bad-apng-crc.png", "bad-gif-second-frame.gif"}) {
    const auto picture = open(read_picture(name));
    ASSERT_TRUE(picture) << name;
    CanvasMemory memory((*picture)->info().size);
    const auto first = (*picture)->next(plain_view(), memory.canvas);
    ASSERT_TRUE(first) << name;
    const auto pixels = memory.pixels;
    while ((*picture)->next(plain_view(), memory.canvas)) {
    }
    const auto again = (*picture)->next(plain_view(), memory.canvas);
    ASSERT_TRUE(again) << name;
    EXPECT_EQ(again->delay, first->delay) << name;
    EXPECT_EQ(memory.pixels, pixels) << name;
  }
}

TEST(LibraryDecoders, ComposeForThePanelThatTheyAreGiven) {
  // A 1 x 1 picture fills a panel of either format; a small JPEG may not take the direct way.
  for (const PixelFormat format : {PixelFormat::kRgb888, PixelFormat::kRgb565}) {
    const auto picture = open(read_picture("webp-1x1.webp"));
    ASSERT_TRUE(picture);
    CanvasMemory memory({16, 16}, format);
    ASSERT_TRUE((*picture)->next(plain_view(), memory.canvas));
    std::vector<std::uint8_t> rgb(16 * 16 * 3);
    to_rgb888(memory.canvas, rgb);
    for (std::size_t i = 0; i < rgb.size(); i += 3) {
      EXPECT_NEAR(rgb[i], 200, 8);
      EXPECT_NEAR(rgb[i + 1], 100, 8);
      EXPECT_NEAR(rgb[i + 2], 50, 8);
    }
  }
}

}  // namespace
}  // namespace p3a
