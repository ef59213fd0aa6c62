#include "ports/client/jpeg_strips.h"

#include <gtest/gtest.h>
#include <turbojpeg.h>

#include <memory>
#include <random>
#include <vector>

namespace p3a::sender {
namespace {

using Bytes = std::vector<std::uint8_t>;
using Turbo = std::unique_ptr<void, int (*)(tjhandle)>;

Bytes encode(const std::uint8_t* rgb, Size size, int chroma) {
  const Turbo turbo(tjInitCompress(), tjDestroy);
  Bytes file(tjBufSize(static_cast<int>(size.width), static_cast<int>(size.height), chroma));
  unsigned char* out = file.data();
  unsigned long bytes = file.size();
  EXPECT_EQ(
      tjCompress2(turbo.get(), rgb, static_cast<int>(size.width), 0, static_cast<int>(size.height),
                  TJPF_RGB, &out, &bytes, chroma, 75, TJFLAG_NOREALLOC),
      0);
  file.resize(bytes);
  return file;
}

Bytes decode(ByteView file, Size size) {
  const Turbo turbo(tjInitDecompress(), tjDestroy);
  Bytes rgb(size.pixels() * 3);
  EXPECT_EQ(
      tjDecompress2(turbo.get(), file.data(), file.size(), rgb.data(), static_cast<int>(size.width),
                    0, static_cast<int>(size.height), TJPF_RGB, TJFLAG_STOPONWARNING),
      0)
      << tjGetErrorStr2(turbo.get());
  return rgb;
}

// The fast path against the plain one: the file in one piece.
TEST(JpegStrips, TheJoinedFileDecodesToTheSamePixels) {
  std::minstd_rand random(1);
  for (const Size size : {Size{720, 720}, Size{200, 201}, Size{1000, 41}, Size{333, 517}}) {
    Bytes rgb(size.pixels() * 3);
    for (auto& value : rgb) value = static_cast<std::uint8_t>(random() >> 8);
    for (const int chroma : {TJSAMP_420, TJSAMP_444}) {
      const std::uint32_t rows = strip_height(size);
      ASSERT_GT(rows, 0u);
      const Bytes upper = encode(rgb.data(), {size.width, rows}, chroma);
      const Bytes lower = encode(rgb.data() + std::size_t{rows} * size.width * 3,
                                 {size.width, size.height - rows}, chroma);
      Bytes joined(upper.size() + lower.size() + kJoinBytes);
      const auto bytes =
          join_strips(upper, lower, size, rows, chroma == TJSAMP_420 ? 16 : 8, joined);
      ASSERT_TRUE(bytes);
      const Bytes whole = encode(rgb.data(), size, chroma);
      EXPECT_EQ(decode(ByteView(joined).first(*bytes), size), decode(whole, size));
      EXPECT_LT(*bytes, whole.size() + 64);
    }
  }
}

TEST(JpegStrips, SmallOddAndVastPicturesStayWhole) {
  EXPECT_EQ(strip_height({64, 64}), 0u);
  EXPECT_EQ(strip_height({65535, 1}), 0u);
  EXPECT_EQ(strip_height({40000, 16}), 0u);
  EXPECT_EQ(strip_height({20000, 20000}), 0u);
  EXPECT_EQ(strip_height({720, 720}), 368u);
}

TEST(JpegStrips, WhatIsNoSuchFileIsNotJoined) {
  const Bytes rgb(std::size_t{200} * 200 * 3, 9);
  const Bytes upper = encode(rgb.data(), {200, 112}, TJSAMP_420);
  const Bytes lower = encode(rgb.data(), {200, 88}, TJSAMP_420);
  Bytes joined(upper.size() + lower.size() + kJoinBytes);
  const auto join = [&](ByteView a, ByteView b, ByteSpan out) {
    return join_strips(a, b, {200, 200}, 112, 16, out).has_value();
  };
  EXPECT_TRUE(join(upper, lower, joined));
  EXPECT_FALSE(join(upper, lower, ByteSpan(joined).first(joined.size() - 1)));
  for (std::size_t cut = 0; cut < upper.size(); ++cut) {
    EXPECT_FALSE(join(ByteView(upper).first(cut), lower, joined)) << cut;
    EXPECT_FALSE(join(upper, ByteView(upper).first(cut), joined)) << cut;
  }
}

}  // namespace
}  // namespace p3a::sender
