// The golden streams, which other decoders of P3X read too (tests/vectors/p3x.json).
#include <gtest/gtest.h>

#include <span>
#include <string_view>

#include "core/codec/test_stream.h"

namespace p3a::p3x {
namespace {

struct GoldenFrame {
  std::string_view hex;
  std::uint64_t pixels;  ///< FNV-1a of the R,G,B bytes painted
};
struct GoldenStream {
  std::string_view name;
  Size size;
  std::span<const GoldenFrame> frames;
};

#include "core/codec/p3x_vectors.inc"

std::uint64_t fnv1a(ByteView bytes) {
  std::uint64_t value = 0xCBF29CE484222325;
  for (const std::uint8_t byte : bytes) value = (value ^ byte) * 0x100000001B3;
  return value;
}

TEST(P3xVectors, EveryGoldenStreamShowsItsPixels) {
  TestMemory memory(1U << 20);
  for (const GoldenStream& stream : kStreams) {
    Decoder decoder(memory.bytes());
    TestPicture panel(stream.size);
    for (const GoldenFrame& frame : stream.frames) {
      const bool decoded = decoder.decode(from_hex(frame.hex)).has_value();
      EXPECT_TRUE(decoded) << stream.name;
      if (!decoded) break;
      decoder.paint_changes({panel.rgb.data(), panel.size, panel.size.width * 3UL});
      EXPECT_EQ(fnv1a(panel.rgb), frame.pixels) << stream.name;
    }
  }
}

}  // namespace
}  // namespace p3a::p3x
