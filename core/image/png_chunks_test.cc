#include "core/image/png_chunks.h"

#include <gtest/gtest.h>

#include "core/image/test_bytes.h"

namespace p3a {
namespace {

struct Control {
  std::uint32_t width = 10;
  std::uint32_t height = 10;
  std::uint32_t x = 0;
  std::uint32_t y = 0;
  std::uint32_t delay_num = 1;
  std::uint32_t delay_den = 10;
  std::uint32_t dispose = 0;
  std::uint32_t blend = 0;
};

TestBytes control(std::uint32_t sequence, const Control& c) {
  TestBytes data;
  data.be32(sequence).be32(c.width).be32(c.height).be32(c.x).be32(c.y);
  data.be16(c.delay_num).be16(c.delay_den).u8(c.dispose).u8(c.blend);
  return png_chunk("fcTL", data);
}
TestBytes animation_start(std::uint32_t frames) {
  return png_start(10, 10).append(png_chunk("acTL", TestBytes{}.be32(frames).be32(0)));
}
TestBytes default_image() { return png_chunk("IDAT", TestBytes{}.u8(7, 5)); }
TestBytes frame_data(std::uint32_t sequence) {
  return png_chunk("fdAT", TestBytes{}.be32(sequence).u8(7, 5));
}
TestBytes end() { return png_chunk("IEND", {}); }

Result<PngHeader> parse(const TestBytes& bytes, const ImageLimits& limits = {}) {
  MemorySource source(bytes.view());
  return parse_png_header(source, limits);
}

/// Of the header, else of the walk over the file; kInternal when it was taken.
ErrorCode walk(const TestBytes& bytes) {
  MemorySource source(bytes.view());
  const auto header = parse_png_header(source, {});
  return header ? refusal(check_png_chunks(source, *header)) : header.error().code;
}
constexpr ErrorCode kTaken = ErrorCode::kInternal;

TEST(PngChunks, GivesEveryChunkUpToTheEnd) {
  const TestBytes file = png_picture(3, 2);
  MemorySource source(file.view());
  PngChunks chunks(source);
  const auto header = chunks.next();
  ASSERT_TRUE(header.has_value());
  EXPECT_EQ(header->type, png_type("IHDR"));
  EXPECT_EQ(header->data_offset, 16u);
  EXPECT_EQ(header->data_size, 13u);
  const auto pixels = chunks.next();
  ASSERT_TRUE(pixels.has_value());
  EXPECT_EQ(pixels->type, png_type("IDAT"));
  EXPECT_EQ(pixels->data_size, 5u);
  const auto last = chunks.next();
  ASSERT_TRUE(last.has_value());
  EXPECT_EQ(last->type, png_type("IEND"));
  EXPECT_EQ(chunks.offset(), file.size());
}

TEST(PngChunks, RefusesLengthsAndTypesThatCannotBe) {
  const TestBytes start = png_start(3, 2);
  const auto with = [&](std::uint32_t length, std::string_view type) {
    return walk(TestBytes{start}.be32(length).text(type).u8(0, 20));
  };
  EXPECT_EQ(with(0xFFFFFFFF, "IDAT"), ErrorCode::kDecodeFailed);
  EXPECT_EQ(with(0x7FFFFFFF, "IDAT"), ErrorCode::kDecodeFailed);
  EXPECT_EQ(with(17, "IDAT"), ErrorCode::kDecodeFailed);
  EXPECT_EQ(with(4, "ID T"), ErrorCode::kDecodeFailed);
}

/// A header and then empty chunks without end.
class EndlessChunks final : public ByteSource {
 public:
  std::uint64_t size() const override { return ~std::uint64_t{0}; }
  std::size_t read_at(std::uint64_t offset, ByteSpan out) override {
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = byte_at(offset + i);
    ++reads;
    return out.size();
  }
  std::uint64_t reads = 0;

 private:
  std::uint8_t byte_at(std::uint64_t offset) const {
    if (offset < start_.size()) return start_.view()[static_cast<std::size_t>(offset)];
    return chunk_.view()[static_cast<std::size_t>((offset - start_.size()) % chunk_.size())];
  }
  TestBytes start_ = png_start(1, 1);
  TestBytes chunk_ = png_chunk("tEXt", {});
};

TEST(PngChunks, GivesUpOnEndlessChunks) {
  EndlessChunks source;
  EXPECT_EQ(refusal(parse_png_header(source, {})), ErrorCode::kDecodeLimit);
  EXPECT_LE(source.reads, kMaxPngChunks + 8u);
}

TEST(PngHeader, ReadsThePixelFormat) {
  const auto header = parse(png_start(3, 2, 16, 2, 1).append(default_image()).append(end()));
  ASSERT_TRUE(header.has_value());
  EXPECT_TRUE((header->size == Size{3, 2}));
  EXPECT_EQ(header->bit_depth, 16);
  EXPECT_EQ(header->color_type, 2);
  EXPECT_TRUE(header->interlaced);
  EXPECT_EQ(header->frames, 1u);
  EXPECT_TRUE(header->first_is_frame);
}

TEST(PngHeader, TakesThePixelFormatsOfTheStandardAndNoOther) {
  int taken = 0;
  for (std::uint32_t color_type = 0; color_type < 256; ++color_type) {
    for (std::uint32_t bit_depth = 0; bit_depth < 256; ++bit_depth) {
      const auto file = png_start(1, 1, static_cast<std::uint8_t>(bit_depth),
                                  static_cast<std::uint8_t>(color_type));
      taken += parse(TestBytes{file}.append(default_image())).has_value() ? 1 : 0;
    }
  }
  EXPECT_EQ(taken, 15);  // rows of table 11.1
}

TEST(PngHeader, RefusesAFileWithoutHeaderOrPixels) {
  EXPECT_EQ(walk(TestBytes{}.text("\x89PNG\r\n\x1a\n").append(default_image()).append(end())),
            ErrorCode::kDecodeFailed);
  EXPECT_EQ(walk(png_start(3, 2).append(end())), ErrorCode::kDecodeFailed);
  EXPECT_EQ(walk(png_start(3, 2, 8, 6, 2).append(default_image()).append(end())),
            ErrorCode::kDecodeFailed);
}

TEST(PngHeader, TellsWhetherTheDefaultImageIsAFrame) {
  const auto hidden = parse(animation_start(2).append(default_image()));
  ASSERT_TRUE(hidden.has_value());
  EXPECT_EQ(hidden->frames, 2u);
  EXPECT_FALSE(hidden->first_is_frame);
  const auto shown = parse(animation_start(2).append(control(0, {})).append(default_image()));
  ASSERT_TRUE(shown.has_value());
  EXPECT_TRUE(shown->first_is_frame);
}

TEST(PngHeader, KeepsToTheFrameLimit) {
  const auto refused = parse(animation_start(0x80000000).append(default_image()));
  ASSERT_EQ(refusal(refused), ErrorCode::kDecodeLimit);
  EXPECT_TRUE(contains(refused.error().message.view(), "2147483648"));
  EXPECT_TRUE(contains(refused.error().message.view(), "1024"));
  EXPECT_TRUE(parse(animation_start(1024).append(default_image())).has_value());
  EXPECT_FALSE(parse(animation_start(0).append(default_image())).has_value());
}

TEST(ApngWalker, GivesFramesWithPlaceDelayAndPixels) {
  TestBytes file = animation_start(2).append(control(0, {.delay_num = 3, .delay_den = 0}));
  const std::size_t first_pixels = file.size();
  file.append(default_image()).append(default_image());
  file.append(control(1, {.width = 4, .height = 5, .x = 6, .y = 5, .dispose = 2, .blend = 1}));
  const std::size_t second_pixels = file.size();
  file.append(frame_data(2)).append(frame_data(3)).append(end());

  MemorySource source(file.view());
  const auto header = parse_png_header(source, {});
  ASSERT_TRUE(header.has_value());
  ApngWalker walker(source, *header);
  for (int pass = 0; pass < 2; ++pass) {
    const auto first = walker.next();
    ASSERT_TRUE(first.has_value() && first->has_value());
    EXPECT_TRUE(((*first)->region == Rect{0, 0, 10, 10}));
    EXPECT_EQ((*first)->delay_us, 30'000u);
    EXPECT_EQ((*first)->first_chunk, first_pixels);
    const auto second = walker.next();
    ASSERT_TRUE(second.has_value() && second->has_value());
    EXPECT_TRUE(((*second)->region == Rect{6, 5, 4, 5}));
    EXPECT_EQ((*second)->delay_us, 100'000u);
    EXPECT_TRUE((*second)->dispose == ApngDispose::kPrevious);
    EXPECT_TRUE((*second)->blend == ApngBlend::kOver);
    EXPECT_EQ((*second)->first_chunk, second_pixels);
    const auto none = walker.next();
    ASSERT_TRUE(none.has_value());
    EXPECT_FALSE(none->has_value());
    walker.rewind();
  }
}

TEST(ApngWalker, LeavesOutADefaultImageThatIsNoFrame) {
  TestBytes file = animation_start(2).append(default_image()).append(control(0, {}));
  const std::size_t first_pixels = file.size();
  file.append(frame_data(1)).append(control(2, {})).append(frame_data(3)).append(end());
  MemorySource source(file.view());
  const auto header = parse_png_header(source, {});
  ASSERT_TRUE(header.has_value());
  ApngWalker walker(source, *header);
  const auto first = walker.next();
  ASSERT_TRUE(first.has_value() && first->has_value());
  EXPECT_EQ((*first)->first_chunk, first_pixels);
  EXPECT_EQ(walk(file), kTaken);
}

TEST(ApngWalker, HoldsAVeryLongDelayWithinItsNumber) {
  const Control slow{.delay_num = 65535, .delay_den = 1};
  TestBytes file = animation_start(1).append(control(0, slow)).append(default_image());
  MemorySource source(file.view());
  const auto header = parse_png_header(source, {});
  ASSERT_TRUE(header.has_value());
  const auto frame = ApngWalker(source, *header).next();
  ASSERT_TRUE(frame.has_value() && frame->has_value());
  EXPECT_EQ((*frame)->delay_us, 0xFFFFFFFFu);
}

/// An animation of two frames, the second as given.
TestBytes second_frame(const Control& c, std::uint32_t control_number = 1,
                       std::uint32_t data_number = 2) {
  return animation_start(2)
      .append(control(0, {}))
      .append(default_image())
      .append(control(control_number, c))
      .append(frame_data(data_number))
      .append(end());
}

TEST(ApngWalker, RefusesRegionsOffTheCanvas) {
  EXPECT_EQ(walk(second_frame({})), kTaken);
  EXPECT_EQ(walk(second_frame({.x = 1})), ErrorCode::kDecodeFailed);
  EXPECT_EQ(walk(second_frame({.y = 1})), ErrorCode::kDecodeFailed);
  EXPECT_EQ(walk(second_frame({.width = 0})), ErrorCode::kDecodeFailed);
  EXPECT_EQ(walk(second_frame({.height = 0xFFFFFFFF, .y = 11})), ErrorCode::kDecodeFailed);
  EXPECT_EQ(walk(second_frame({.width = 1, .x = 0xFFFFFFFF})), ErrorCode::kDecodeFailed);
  EXPECT_EQ(walk(second_frame({.width = 1, .x = 0x80000000})), ErrorCode::kDecodeFailed);
}

TEST(ApngWalker, RefusesADefaultImageSmallerThanTheCanvas) {
  TestBytes file = animation_start(2).append(control(0, {.width = 9})).append(default_image());
  file.append(control(1, {})).append(frame_data(2)).append(end());
  EXPECT_EQ(walk(file), ErrorCode::kDecodeFailed);
}

TEST(ApngWalker, RefusesUnknownDisposalAndBlend) {
  EXPECT_EQ(walk(second_frame({.dispose = 3})), ErrorCode::kDecodeFailed);
  EXPECT_EQ(walk(second_frame({.blend = 2})), ErrorCode::kDecodeFailed);
}

TEST(ApngWalker, RefusesFramesOutOfOrder) {
  EXPECT_EQ(walk(second_frame({}, 0, 2)), ErrorCode::kDecodeFailed);
  EXPECT_EQ(walk(second_frame({}, 1, 1)), ErrorCode::kDecodeFailed);
  EXPECT_EQ(walk(second_frame({}, 1, 3)), ErrorCode::kDecodeFailed);
}

TEST(ApngWalker, RefusesFramesWithoutPixels) {
  const TestBytes start = animation_start(2).append(control(0, {})).append(default_image());
  EXPECT_EQ(walk(TestBytes{start}.append(control(1, {})).append(end())), ErrorCode::kDecodeFailed);
  EXPECT_EQ(walk(TestBytes{start}.append(control(1, {})).append(control(2, {})).append(end())),
            ErrorCode::kDecodeFailed);
  EXPECT_EQ(walk(TestBytes{start}.append(end())), ErrorCode::kDecodeFailed);
  EXPECT_EQ(walk(TestBytes{start}.append(frame_data(1)).append(end())), ErrorCode::kDecodeFailed);
}

}  // namespace
}  // namespace p3a
