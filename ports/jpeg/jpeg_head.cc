#include "ports/jpeg/jpeg_head.h"

#include <algorithm>

#include "ports/jpeg/zigzag.h"

namespace p3a::jpeg {
namespace {

// Writes markers one after the other.
class HeadWriter {
 public:
  explicit HeadWriter(std::uint8_t* out) : out_(out) {}

  void bytes(std::initializer_list<int> values) {
    for (const int value : values) *out_++ = static_cast<std::uint8_t>(value);
  }

  void quant(int index, const QuantTable& table) {
    bytes({0xFF, 0xDB, 0, 67, index});
    for (const std::uint8_t at : kZigzag) *out_++ = table[at];
  }

  void huffman(int index, const StandardCodes& codes) {
    bytes({0xFF, 0xC4, 0, static_cast<int>(19 + codes.symbols.size()), index});
    out_ = std::ranges::copy(codes.counts, out_).out;
    out_ = std::ranges::copy(codes.symbols, out_).out;
  }

 private:
  std::uint8_t* out_;
};

}  // namespace

QuantTable scale_quant(const QuantTable& table, int quality) {
  const int percent = quality < 50 ? 5000 / quality : 200 - 2 * quality;
  QuantTable scaled{};
  std::ranges::transform(table, scaled.begin(), [&](int value) {
    return static_cast<std::uint8_t>(std::clamp((value * percent + 50) / 100, 1, 255));
  });
  return scaled;
}

void write_head(Size size, const QuantTable& luma, const QuantTable& chroma, std::uint8_t* out) {
  const auto high = [](std::uint32_t value) { return static_cast<int>(value >> 8); };
  const auto low = [](std::uint32_t value) { return static_cast<int>(value & 0xFF); };
  HeadWriter head(out);
  head.bytes({0xFF, 0xD8});
  head.bytes({0xFF, 0xE0, 0, 16, 'J', 'F', 'I', 'F', 0, 1, 1, 0, 0, 1, 0, 1, 0, 0});
  head.quant(0, luma);
  head.quant(1, chroma);
  head.bytes({0xFF, 0xC0, 0, 17, 8, high(size.height), low(size.height), high(size.width),
              low(size.width), 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1});
  head.huffman(0x00, kLumaDc);
  head.huffman(0x10, kLumaAc);
  head.huffman(0x01, kChromaDc);
  head.huffman(0x11, kChromaAc);
  head.bytes({0xFF, 0xDA, 0, 12, 3, 1, 0x00, 2, 0x11, 3, 0x11, 0, 63, 0});
}

}  // namespace p3a::jpeg
