#include "sender/pattern/frame_counter.h"

#include <cstring>

namespace p3a::sender {
namespace {

constexpr std::uint32_t kColumns = 16;
constexpr std::uint32_t kRows = 2;
constexpr std::uint32_t kParts = 32;  // blocks to a side of the picture

// The constant in it: all black and all white are no counter.
constexpr std::uint32_t with_check(std::uint32_t frame) {
  const std::uint32_t check = (frame ^ frame >> 8 ^ frame >> 16 ^ 0x5A) & 0xFF;
  return frame << 8 | check;
}

bool can_count(Size size) {
  return size.width >= kMinCountedSide && size.height >= kMinCountedSide;
}

}  // namespace

void burn_frame_counter(std::uint64_t frame, Size size, ByteSpan rgba) {
  if (!can_count(size)) return;
  const std::uint32_t bits = with_check(static_cast<std::uint32_t>(frame) & kMaxCountedFrame);
  // A pixel belongs to the block that its middle is in.
  const auto block_at = [](std::uint32_t at, std::uint32_t side) {
    return (2 * at + 1) * (kParts / 2) / side;
  };
  for (std::uint32_t y = 0; block_at(y, size.height) < kRows; ++y) {
    const std::uint32_t row = block_at(y, size.height);
    for (std::uint32_t x = 0; block_at(x, size.width) < kColumns; ++x) {
      const std::uint32_t block = row * kColumns + block_at(x, size.width);
      const int value = (bits >> (31 - block) & 1) != 0 ? 255 : 0;
      std::memset(rgba.data() + (std::size_t{y} * size.width + x) * 4, value, 3);
    }
  }
}

std::optional<std::uint32_t> read_frame_counter(const Pixels& picture) {
  if (!can_count(picture.size) || picture.format == InputFormat::kRgb565) return std::nullopt;
  std::uint32_t bits = 0;
  for (std::uint32_t block = 0; block < kColumns * kRows; ++block) {
    const std::uint32_t x = (2 * (block % kColumns) + 1) * picture.size.width / (2 * kParts);
    const std::uint32_t y = (2 * (block / kColumns) + 1) * picture.size.height / (2 * kParts);
    const std::uint8_t green = picture.row(y)[x * bytes_per_pixel(picture.format) + 1];
    bits = bits << 1 | (green >= 128 ? 1u : 0u);
  }
  const std::uint32_t frame = bits >> 8;
  if (with_check(frame) != bits) return std::nullopt;
  return frame;
}

}  // namespace p3a::sender
