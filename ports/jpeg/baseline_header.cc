#include "ports/jpeg/baseline_header.h"

#include <algorithm>

#include "ports/jpeg/limits.h"
#include "ports/jpeg/zigzag.h"

namespace p3a::jpeg {
namespace {

constexpr std::size_t kTables = 4;     // of each kind that a file may define
constexpr std::size_t kScanHead = 10;  // of three components

class HeaderParser {
 public:
  explicit HeaderParser(ByteView file) : rest_(file) {}

  std::optional<BaselineHeader> parse() {
    if (rest_.be16() != 0xFFD8) return std::nullopt;
    for (;;) {
      const auto marker = rest_.be16();
      const auto length = marker ? rest_.be16() : std::nullopt;
      const auto body =
          length && *length >= 2 ? rest_.take(*length - std::size_t{2}) : std::nullopt;
      if (!body) return std::nullopt;
      if (*marker == 0xFFDA) return scan(*body) ? std::optional(header_) : std::nullopt;
      if (!segment(*marker, *body)) return std::nullopt;
    }
  }

 private:
  bool segment(std::uint16_t marker, ByteView body) {
    switch (marker) {
      case 0xFFDB:
        return quant_tables(ByteReader(body));
      case 0xFFC4:
        return huffman_codes(ByteReader(body));
      case 0xFFC0:
        return frame(body);
      case 0xFFDD:  // restart interval
        return body.size() == 2 && load_be16(body.data()) == 0;
      case 0xFFE0:
        return jfif(body);
      case 0xFFEE:  // Adobe's says what the components are
        return false;
      default:  // other applications' and comments
        return (marker >= 0xFFE1 && marker <= 0xFFEF) || marker == 0xFFFE;
    }
  }

  // libjpeg warns of versions that it does not know.
  static bool jfif(ByteView body) {
    constexpr std::array<std::uint8_t, 5> kName = {'J', 'F', 'I', 'F', 0};
    return body.size() >= 14 && std::equal(kName.begin(), kName.end(), body.data()) && body[5] == 1;
  }

  bool quant_tables(ByteReader in) {
    while (!in.empty()) {
      const auto id = in.u8();  // and the precision, 0: 8 bits
      const auto steps = in.take(64);
      if (*id >= kTables || !steps || std::ranges::count(*steps, 0) != 0) return false;
      for (std::size_t k = 0; k < 64; ++k) quant_[*id][kZigzag[k]] = (*steps)[k];
      has_quant_[*id] = true;
    }
    return true;
  }

  bool huffman_codes(ByteReader in) {
    while (!in.empty()) {
      const auto kind_and_id = in.u8();
      const auto counts = in.take(16);
      if (!counts || (*kind_and_id >> 4) > 1 || (*kind_and_id & 15U) >= kTables) return false;
      HuffmanCode code;
      std::size_t sum = 0;
      std::uint32_t next = 0;  // the first code of these bits that is still free
      for (std::size_t bits = 1; bits <= 16; ++bits) {
        code.counts[bits] = (*counts)[bits - 1];
        sum += code.counts[bits];
        next = next * 2 + code.counts[bits];
        if (next >= 1U << bits) return false;  // that code may not be all ones (T.81, C.2)
      }
      const auto symbols = sum <= 256 ? in.take(sum) : std::nullopt;
      if (!symbols) return false;
      code.symbols = *symbols;
      (*kind_and_id >> 4 != 0 ? ac_ : dc_)[*kind_and_id & 15U] = code;
    }
    return true;
  }

  bool frame(ByteView body) {
    if (body.size() != 15 || header_.size.width != 0 || body[0] != 8 || body[5] != 3) return false;
    const std::uint32_t height = load_be16(&body[1]), width = load_be16(&body[3]);
    if (width == 0 || height == 0 || width > kMaxSide || height > kMaxSide) return false;
    header_.size = {width, height};
    for (std::size_t c = 0; c < BaselineHeader::kComponents; ++c) {
      const std::uint8_t* const component = &body[6 + c * 3];
      if (component[0] != c + 1 || component[1] != (c == 0 ? 0x22 : 0x11)) return false;
      if (component[2] >= kTables) return false;
      quant_of_[c] = component[2];
    }
    return true;
  }

  bool scan(ByteView body) {
    constexpr std::size_t kComponents = BaselineHeader::kComponents;
    if (header_.size.width == 0 || body.size() != kScanHead || body[0] != kComponents) return false;
    if (body[7] != 0 || body[8] != 63 || body[9] != 0) return false;
    for (std::size_t c = 0; c < kComponents; ++c) {
      const std::size_t dc = body[2 + c * 2] >> 4, ac = body[2 + c * 2] & 15U;
      if (body[1 + c * 2] != c + 1 || dc >= kTables || ac >= kTables) return false;
      if (!has_quant_[quant_of_[c]] || dc_[dc].symbols.empty() || ac_[ac].symbols.empty()) {
        return false;
      }
      header_.quant[c] = quant_[quant_of_[c]];
      header_.dc[c] = dc_[dc];
      header_.ac[c] = ac_[ac];
    }
    const ByteView rest = rest_.rest();
    if (rest.size() < 2 || load_be16(&rest[rest.size() - 2]) != 0xFFD9) return false;
    header_.scan = rest.first(rest.size() - 2);
    return true;
  }

  ByteReader rest_;
  BaselineHeader header_{};
  std::array<QuantSteps, kTables> quant_{};
  std::array<bool, kTables> has_quant_{};
  std::array<HuffmanCode, kTables> dc_{};
  std::array<HuffmanCode, kTables> ac_{};
  std::array<std::uint8_t, BaselineHeader::kComponents> quant_of_{};
};

}  // namespace

std::optional<BaselineHeader> BaselineHeader::parse(ByteView file) {
  return HeaderParser(file).parse();
}

}  // namespace p3a::jpeg
