#include "ports/client/jpeg_strips.h"

#include <algorithm>

namespace p3a::sender {
namespace {

constexpr std::uint64_t kLeastPixels = 200 * 200;
constexpr std::uint32_t kRowsTogether = 16;
constexpr std::uint32_t kMostBlocks = 65535;

constexpr std::uint8_t kFrameBaseline = 0xC0;
constexpr std::uint8_t kScan = 0xDA;
constexpr std::size_t kEndBytes = 2;  // of the end marker

// Where the pieces of a file lie.
struct Layout {
  std::size_t height = 0;  // two bytes, the higher one first
  std::size_t scan = 0;    // the marker of the scan's header
  std::size_t coded = 0;   // the coded data, up to the end marker
};

std::optional<Layout> find_pieces(ByteView file) {
  Layout layout;
  std::size_t at = 2;
  while (at + 4 <= file.size() && file[at] == 0xFF) {
    const std::uint8_t marker = file[at + 1];
    const std::size_t length = std::size_t{file[at + 2]} << 8 | file[at + 3];
    if (marker == kFrameBaseline) layout.height = at + 5;
    if (marker == kScan) {
      layout.scan = at;
      layout.coded = at + 2 + length;
      const bool whole = layout.height != 0 && layout.coded + kEndBytes <= file.size() &&
                         file[file.size() - 2] == 0xFF && file[file.size() - 1] == 0xD9;
      return whole ? std::optional(layout) : std::nullopt;
    }
    at += 2 + length;
  }
  return std::nullopt;
}

}  // namespace

std::uint32_t strip_height(Size picture) {
  if (picture.pixels() < kLeastPixels) return 0;
  const std::uint32_t rows =
      (picture.height / 2 + kRowsTogether - 1) / kRowsTogether * kRowsTogether;
  const std::uint64_t blocks = (std::uint64_t{picture.width} + 7) / 8 * (rows / 8);
  return rows >= picture.height || blocks > kMostBlocks ? 0 : rows;
}

std::optional<std::size_t> join_strips(ByteView upper, ByteView lower, Size picture,
                                       std::uint32_t upper_rows, std::uint32_t mcu_side,
                                       ByteSpan out) {
  const auto first = find_pieces(upper);
  const auto second = find_pieces(lower);
  if (!first || !second || out.size() < upper.size() + lower.size() + kJoinBytes)
    return std::nullopt;
  std::size_t size = 0;
  const auto put = [&](ByteView bytes) {
    std::copy(bytes.begin(), bytes.end(), out.begin() + static_cast<std::ptrdiff_t>(size));
    size += bytes.size();
  };
  put(upper.first(first->scan));
  out[first->height] = static_cast<std::uint8_t>(picture.height >> 8);
  out[first->height + 1] = static_cast<std::uint8_t>(picture.height);
  const std::uint32_t blocks = (picture.width + mcu_side - 1) / mcu_side * (upper_rows / mcu_side);
  const std::uint8_t interval[] = {
      0xFF, 0xDD, 0, 4, static_cast<std::uint8_t>(blocks >> 8), static_cast<std::uint8_t>(blocks)};
  put(interval);
  put(upper.subspan(first->scan, upper.size() - kEndBytes - first->scan));
  const std::uint8_t restart[] = {0xFF, 0xD0};
  put(restart);
  put(lower.subspan(second->coded));
  return size;
}

}  // namespace p3a::sender
