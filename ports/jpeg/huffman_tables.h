// Huffman codes of a JPEG as tables to look the next bits up in.
//
// An entry for AC coefficients knows up to two of them, their values too, where code and value bits
// fit in AcTable::kBits; the rest goes the slow way. Plain values without pointers; any thread.
#pragma once

#include <array>
#include <cstdint>

#include "ports/jpeg/baseline_header.h"

namespace p3a::jpeg {

/// What decoders of 16 bits keep exact: dequantised coefficients of that many at most.
inline constexpr int kMaxCoefficient = 8191;

/// Codes that no table has an entry for: the longer ones.
struct LongCodes {
  std::array<std::uint32_t, 17> end{};     ///< of codes of that many bits, moved up to 16 bits
  std::array<std::int32_t, 17> symbols{};  ///< from a code of that many bits to its symbol's place
  std::array<std::uint8_t, 256> values{};  ///< the symbols

  explicit LongCodes(const HuffmanCode& code);
  LongCodes() = default;
};

/// Codes for the number of bits that a DC difference has.
struct DcTable {
  static constexpr unsigned kBits = 9;
  struct Entry {
    std::uint8_t length = 0;  ///< of the code; 0: longer, or none
    std::uint8_t size = 0;
  };

  std::array<Entry, std::size_t{1} << kBits> entries{};
  LongCodes long_codes;
  int largest = 0;  ///< coefficient that stays in kMaxCoefficient

  /// False: not a code for 8-bit samples.
  bool build(const HuffmanCode& code, std::uint16_t step);
};

/// An entry of an AcTable. Coefficients are counted in the order of the file.
class AcEntry {
 public:
  static constexpr unsigned kEndOfBlock = 128;  ///< as a distance: no more coefficients
  static constexpr unsigned kSlow = 192;        ///< as a distance: the value is the symbol

  /// How many bits both take.
  constexpr unsigned bits() const { return static_cast<std::uint8_t>(word_); }
  constexpr unsigned first_distance() const { return static_cast<std::uint8_t>(word_ >> 8); }
  /// 0: there is no second, its value is the first's.
  constexpr unsigned second_distance() const { return static_cast<std::uint8_t>(word_ >> 16); }
  constexpr unsigned first_bits() const { return static_cast<std::uint8_t>(word_ >> 24); }
  constexpr std::int16_t first_value() const { return static_cast<std::int16_t>(word_ >> 32); }
  constexpr std::int16_t second_value() const { return static_cast<std::int16_t>(word_ >> 48); }

  static constexpr AcEntry one(unsigned bits, unsigned distance, int value) {
    return AcEntry(bits | bits << 24 | distance << 8, value, value);
  }
  constexpr AcEntry then(AcEntry next) const {
    return AcEntry((bits() + next.bits()) | first_bits() << 24 | first_distance() << 8 |
                       next.first_distance() << 16,
                   first_value(), next.first_value());
  }

  constexpr AcEntry() = default;

 private:
  constexpr AcEntry(unsigned low, int first, int second)
      : word_(std::uint64_t{low} | std::uint64_t{static_cast<std::uint16_t>(first)} << 32 |
              std::uint64_t{static_cast<std::uint16_t>(second)} << 48) {}

  std::uint64_t word_ = 0;
};

struct AcTable {
  static constexpr unsigned kBits = 11;

  std::array<AcEntry, std::size_t{1} << kBits> entries{};
  LongCodes long_codes;
  std::array<std::uint16_t, 64> largest{};  ///< coefficient of each that stays in kMaxCoefficient

  /// `steps`: of quantisation, by which the coefficients will be multiplied.
  void build(const HuffmanCode& code, const QuantSteps& steps);
};

}  // namespace p3a::jpeg
