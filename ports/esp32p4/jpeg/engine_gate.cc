#include "ports/esp32p4/jpeg/engine_gate.h"

namespace p3a {
namespace {

constexpr std::uint8_t kSof0 = 0xC0;
constexpr std::uint8_t kDht = 0xC4;
constexpr std::uint8_t kSoi = 0xD8;
constexpr std::uint8_t kSos = 0xDA;
constexpr std::uint8_t kDqt = 0xDB;
constexpr std::uint8_t kDri = 0xDD;
constexpr std::uint8_t kApp0 = 0xE0;
constexpr std::uint8_t kApp14 = 0xEE;
constexpr std::uint8_t kApp15 = 0xEF;
constexpr std::uint8_t kComment = 0xFE;
constexpr int kMostSegments = 256;
constexpr std::uint32_t kMostPixelsASide = 16383;  // of the engine's DMA: 14 bits
constexpr std::size_t kQuantizers = 64;

std::uint32_t rounded_up(std::uint32_t value, std::uint32_t step) {
  return (value + step - 1) / step * step;
}

bool good_quantizers(ByteReader segment) {
  while (!segment.empty()) {
    const std::uint8_t id = *segment.u8();
    if (id > 3 || !segment.take(kQuantizers)) return false;  // the high bits: 16-bit values
  }
  return true;
}

bool good_codes(ByteReader segment) {
  while (!segment.empty()) {
    const std::uint8_t id = *segment.u8();
    const auto counts = segment.take(16);
    if ((id & 0xEE) != 0 || !counts) return false;  // class and number: each 0 or 1
    std::size_t codes = 0;
    std::uint32_t room = 1;  // codes of this length that are still free
    for (const std::uint8_t count : *counts) {
      room *= 2;
      if (count > room) return false;
      room -= count;
      codes += count;
    }
    if (codes == 0 || codes > 256 || !segment.take(codes)) return false;
  }
  return true;
}

std::optional<EngineJpeg> frame_of(ByteReader segment) {
  const auto precision = segment.u8();
  const auto height = segment.be16();
  const auto width = segment.be16();
  const auto components = segment.u8();
  if (!components || *precision != 8 || *components != 3 || segment.rest().size() != 9)
    return std::nullopt;
  const ByteView each = segment.rest();  // identifier, sampling, quantizers; three times
  const std::uint8_t luma = each[1];
  const bool known = luma == 0x11 || luma == 0x21 || luma == 0x22;
  if (!known || each[4] != 0x11 || each[7] != 0x11) return std::nullopt;
  if (each[2] > 3 || each[5] > 3 || each[8] > 3) return std::nullopt;
  const Size size{*width, *height};
  if (size.width == 0 || size.height == 0 || size.width > kMostPixelsASide ||
      size.height > kMostPixelsASide || size.width * size.height % 8 != 0)
    return std::nullopt;
  const std::uint32_t mcu_width = luma == 0x11 ? 8 : 16;
  const std::uint32_t mcu_height = luma == 0x22 ? 16 : 8;
  return EngineJpeg{size, {rounded_up(size.width, mcu_width), rounded_up(size.height, mcu_height)}};
}

// Adobe's marker says that the three components are RGB; the engine does not read it.
bool says_rgb(ByteView segment) {
  constexpr std::size_t kTransform = 11;
  return segment.size() > kTransform && segment[0] == 'A' && segment[1] == 'd' &&
         segment[kTransform] != 1;
}

bool one_scan_of_all(ByteView segment) { return segment.size() == 10 && segment[0] == 3; }

}  // namespace

std::optional<EngineJpeg> engine_takes(ByteView file) {
  ByteReader reader(file);
  const auto begin = reader.be16();
  if (!begin || *begin != (0xFF00 | kSoi)) return std::nullopt;
  std::optional<EngineJpeg> frame;
  for (int segments = 0; segments < kMostSegments; ++segments) {
    const auto mark = reader.u8();
    const auto marker = reader.u8();
    const auto length = reader.be16();
    if (!length || *mark != 0xFF || *length < 2) return std::nullopt;
    const auto segment = reader.take(*length - 2U);
    if (!segment) return std::nullopt;
    switch (*marker) {
      case kSof0:
        if (frame) return std::nullopt;
        frame = frame_of(ByteReader(*segment));
        if (!frame) return std::nullopt;
        break;
      case kDqt:
        if (!good_quantizers(ByteReader(*segment))) return std::nullopt;
        break;
      case kDht:
        if (!good_codes(ByteReader(*segment))) return std::nullopt;
        break;
      case kDri:
        if (segment->size() != 2) return std::nullopt;
        break;
      case kSos:
        if (!one_scan_of_all(*segment) || reader.empty()) return std::nullopt;
        return frame;
      case kApp14:
        if (says_rgb(*segment)) return std::nullopt;
        break;
      default:  // another kind of frame, or something that we do not know
        if ((*marker < kApp0 || *marker > kApp15) && *marker != kComment) return std::nullopt;
    }
  }
  return std::nullopt;
}

}  // namespace p3a
