// A .p3x file written, read back, and played by the display's decoder.
#include "ports/client/send/p3x_file.h"

#include <gtest/gtest.h>

#include "core/codec/test_stream.h"
#include "ports/decode/decoders.h"
#include "ports/decode/picture_files.h"

namespace p3a::sender {
namespace {

// A dot that moves over stripes, enlarged 7.5 times.
p3x::TestPicture picture(std::uint32_t step) {
  p3x::TestPicture small({16, 12});
  for (std::uint32_t x = 0; x < 16; ++x)
    small.fill({static_cast<std::int32_t>(x), 0, 1, 12}, x * 77);
  small.set(step % 16, 5, 0xFFFFFF);
  return small.upscaled({120, 90});
}

std::vector<std::uint8_t> file_of(std::uint32_t frames) {
  auto writer = P3xFileWriter::begin({120, 90});
  EXPECT_TRUE(writer.has_value());
  for (std::uint32_t i = 0; i < frames; ++i)
    EXPECT_TRUE(writer->add(picture(i).view(), 20ms * (i + 1)).has_value());
  return writer->finish();
}

TEST(P3xFile, ReadsBackWhatWasWritten) {
  auto reader = P3xFileReader::open(file_of(5));
  ASSERT_TRUE(reader.has_value());
  for (std::uint32_t i = 0; i < 5; ++i) {
    const auto frame = reader->next();
    ASSERT_TRUE(frame.has_value() && frame->has_value());
    EXPECT_TRUE(std::ranges::equal(reader->pixels(), picture(i).rgb));
    EXPECT_EQ((*frame)->entry.delay, 20ms * (i + 1));
    EXPECT_EQ((*frame)->type == p3x::FrameType::kKey, i == 0);
  }
  const auto end = reader->next();
  EXPECT_TRUE(end.has_value() && !end->has_value());
}

// What inspect draws is what the file takes: all bits, and those of a moved dot where it is.
TEST(P3xFile, TheBitsAddUpToTheBytes) {
  const auto file = file_of(5);
  auto reader = P3xFileReader::open(file);
  ASSERT_TRUE(reader.has_value());
  std::vector<double> costs;
  double bytes = 0;
  for (int i = 0; i < 5; ++i) {
    const auto frame = reader->next(&costs);
    ASSERT_TRUE(frame.has_value() && frame->has_value());
    bytes += (*frame)->entry.bytes;
    EXPECT_TRUE(std::ranges::equal(reader->pixels(), picture(static_cast<std::uint32_t>(i)).rgb));
  }
  double bits = 0;
  for (const double cost : costs) bits += cost / 256;
  EXPECT_LT(bits / 8, bytes);       // heads, grid and the codes' ends come on top:
  EXPECT_GT(bits / 8, bytes - 80);  // at most 16 bytes a frame
  EXPECT_GT(costs[40 * 120 + 20], costs[80 * 120 + 100]);
}

TEST(P3xFile, IsPlayedByTheDisplayAndBeginsAgain) {
  LibraryDecoders decoders;
  auto played = decoders.open(std::make_unique<MemoryFile>(file_of(4)), {});
  ASSERT_TRUE(played.has_value());
  EXPECT_TRUE((*played)->info().animated);
  CanvasMemory canvas({120, 90});
  for (std::uint32_t i = 0; i < 9; ++i) {
    const auto frame = (*played)->next(plain_view(), canvas.canvas);
    ASSERT_TRUE(frame.has_value());
    EXPECT_EQ(canvas.pixels, picture(i % 4).rgb);
    EXPECT_EQ(frame->delay, 20ms * (i % 4 + 1));
    EXPECT_EQ(frame->last, i % 4 == 3);
  }
}

TEST(P3xFile, ADamagedFrameIsToldAndTheFileBeginsAgain) {
  auto file = file_of(4);
  file[32] ^= 0x10;  // the key frame's version
  LibraryDecoders decoders;
  auto played = decoders.open(std::make_unique<MemoryFile>(file), {});
  ASSERT_TRUE(played.has_value());
  CanvasMemory canvas({120, 90});
  for (int i = 0; i < 2; ++i) {
    const auto frame = (*played)->next(plain_view(), canvas.canvas);
    ASSERT_FALSE(frame.has_value());
    EXPECT_EQ(frame.error().code, ErrorCode::kDecodeFailed);
  }
}

TEST(P3xFile, AStillCanBeComposedAnew) {
  LibraryDecoders decoders;
  auto still = decoders.open(std::make_unique<MemoryFile>(file_of(1)), {});
  ASSERT_TRUE(still.has_value());
  EXPECT_FALSE((*still)->info().animated);
  CanvasMemory canvas({120, 90});
  for (int i = 0; i < 2; ++i) {
    const auto frame = (*still)->next(plain_view(), canvas.canvas);
    ASSERT_TRUE(frame.has_value());
    EXPECT_TRUE(frame->last && frame->delay == 0us);
    EXPECT_EQ(canvas.pixels, picture(0).rgb);
  }
}

TEST(P3xFile, CutAnywhereItIsRefused) {
  const auto file = file_of(2);
  for (std::size_t size = 0; size < file.size(); ++size)
    EXPECT_FALSE(P3xFileReader::open({file.begin(), file.begin() + static_cast<long>(size)}));
}

}  // namespace
}  // namespace p3a::sender
