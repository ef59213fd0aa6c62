// How much memory decoding a still takes. Measured is the heap at its peak, in bytes that malloc
// has handed out (so no page of it can hide), above what was in use when the file lay open in
// memory and the canvas was made. The process's resident pages would be noisier: the kernel counts
// them in batches.
#include <gtest/gtest.h>
#include <malloc.h>

#include <atomic>
#include <cstdlib>
#include <random>

#include "core/base/sanitizers.h"
#include "ports/decode/decoders.h"
#include "ports/decode/jpeg_samples.h"
#include "ports/decode/picture_files.h"
#include "ports/decode/png_encoder.h"

// The sanitizers bring their own allocator, and measure nothing here.
#if !P3A_ADDRESS_SANITIZER && !P3A_THREAD_SANITIZER

namespace {

std::atomic<long> in_use = 0;
std::atomic<long> peak = 0;

void* count(void* taken) {
  const long now = in_use += static_cast<long>(malloc_usable_size(taken));
  if (now > peak) peak = now;  // one thread decodes
  return taken;
}

void uncount(void* given) { in_use -= static_cast<long>(malloc_usable_size(given)); }

}  // namespace

// glibc's own names for its allocator.
extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* old, std::size_t size);
void __libc_free(void* old);

void* malloc(std::size_t size) { return count(__libc_malloc(size)); }
void* calloc(std::size_t number, std::size_t size) { return count(__libc_calloc(number, size)); }
void* realloc(void* old, std::size_t size) {
  uncount(old);
  return count(__libc_realloc(old, size));
}
void free(void* old) {
  uncount(old);
  __libc_free(old);
}
}

namespace p3a {
namespace {

constexpr long kMostGrowth = 256 * 1024;

long growth_of_decoding(std::vector<std::uint8_t> bytes, Size panel) {
  CanvasMemory memory(panel);
  auto file = std::make_unique<MemoryFile>(std::move(bytes));
  const long before = in_use;
  peak = before;
  LibraryDecoders decoders;
  const auto picture = decoders.open(std::move(file), ImageLimits{});
  EXPECT_TRUE(picture);
  EXPECT_TRUE((*picture)->next(plain_view(), memory.canvas));
  return peak - before;
}

std::vector<std::uint8_t> noise_png(Size size) {
  CanvasMemory memory(size);
  std::minstd_rand random(3);
  for (std::uint8_t& byte : memory.pixels) byte = static_cast<std::uint8_t>(random() >> 8);
  return PngEncoder().encode_png(memory.canvas).value();
}

void expect_little_growth(const std::vector<std::uint8_t>& bytes, Size size) {
  for (const Size panel : {size, Size{720, 720}, Size{2048, 2048}}) {
    const long growth = growth_of_decoding(bytes, panel);
    EXPECT_LE(growth, kMostGrowth) << "on " << panel.width << " x " << panel.height;
    EXPECT_GT(growth, 0);  // else nothing was measured
  }
}

TEST(DecodersMemory, GrowsLittleForAJpegOfFiveMegabytes) {
  const Size size{2048, 2048};
  const auto bytes = make_jpeg({.size = size, .quality = 94, .noise = true});
  EXPECT_GT(bytes.size(), 4u << 20);
  EXPECT_LT(bytes.size(), 6u << 20);
  expect_little_growth(bytes, size);
}

TEST(DecodersMemory, GrowsLittleForAPngOfFiveMegabytes) {
  const Size size{2048, 850};
  const auto bytes = noise_png(size);
  EXPECT_GT(bytes.size(), 4u << 20);
  EXPECT_LT(bytes.size(), 6u << 20);
  expect_little_growth(bytes, size);
}

// Eight megabytes of text inflate from eight kilobytes, if a decoder does.
TEST(DecodersMemory, DoesNotGrowWithTheTextsOfAPng) {
  EXPECT_LE(growth_of_decoding(read_picture("png-ancillary.png"), {24, 18}), kMostGrowth);
}

}  // namespace
}  // namespace p3a

#endif
