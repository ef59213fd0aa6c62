// Blocks of coefficients out of a scan's bits, whose stuffed zeros are gone already.
//
// Reads eight bytes at a time without looking for the end: whoever calls sees to it that
// kBlockBytes follow where a block begins. Only where has_avx2() (its processors shift without
// flags, which is a third of the time here).
#pragma once

#include <cstdlib>
#include <cstring>

#include "ports/jpeg/avx2.h"
#include "ports/jpeg/huffman_tables.h"

#if P3A_HAVE_AVX2

namespace p3a::jpeg {

/// Bytes that a block takes at most, and the reading ahead: 64 codes of 16 bits with 11 more each.
inline constexpr std::size_t kBlockBytes = 64 * 27 / 8 + 8;

/// The next bits stand at the top of `bits`, `count` of them for certain.
struct BitReader {
  std::uint64_t bits = 0;
  std::uint32_t count = 0;
  const std::uint8_t* next = nullptr;
};

/// At least 56 bits are there.
P3A_AVX2_INLINE void refill(BitReader& in) {
  std::uint64_t word = 0;
  std::memcpy(&word, in.next, sizeof word);
  in.bits |= __builtin_bswap64(word) >> in.count;
  in.next += (63 - in.count) >> 3;
  in.count |= 56;
}

P3A_AVX2_INLINE void skip(BitReader& in, unsigned count) {
  in.bits <<= count;
  in.count -= count;
}

/// A number of `size` bits, 0 to 15, as JPEG writes it (T.81, F.2.2.1).
P3A_AVX2_INLINE int take_number(BitReader& in, unsigned size) {
  const auto number = static_cast<int>(in.bits >> 1 >> (63 - size));
  const int negative = static_cast<int>(~in.bits >> 63);
  skip(in, size);
  return number - (negative << size) + negative;
}

/// The symbol of the next bits; -1: there is none.
P3A_AVX2_INLINE int take_long_code(BitReader& in, const LongCodes& codes, unsigned shorter) {
  const auto next = static_cast<std::uint32_t>(in.bits >> 48);
  for (unsigned bits = shorter + 1; bits <= 16; ++bits) {
    if (next >= codes.end[bits]) continue;
    skip(in, bits);
    const auto at = static_cast<std::int32_t>(next >> (16 - bits)) + codes.symbols[bits];
    return codes.values[static_cast<std::size_t>(at)];
  }
  return -1;
}

/// The difference to the last block's DC. False: no code.
P3A_AVX2_INLINE bool take_dc(BitReader& in, const DcTable& table, int& difference) {
  refill(in);
  const DcTable::Entry entry = table.entries[in.bits >> (64 - DcTable::kBits)];
  int size = entry.size;
  skip(in, entry.length);
  if (entry.length == 0) [[unlikely]] {
    size = take_long_code(in, table.long_codes, DcTable::kBits);
    if (size < 0) return false;
  }
  difference = take_number(in, static_cast<unsigned>(size));
  return true;
}

/// The next coefficient, whatever its code, onto `block`; `at` is the last one's number and becomes
/// its own, or 64 more than the last one's where the block ends. False: no code, or a coefficient
/// too large or too many.
P3A_AVX2_INLINE bool take_slow(BitReader& in, const AcTable& table, AcEntry entry,
                               const std::uint8_t* places, std::int16_t* block, unsigned& at) {
  refill(in);
  skip(in, entry.bits());
  int symbol = entry.first_value();
  if (entry.bits() == 0) symbol = take_long_code(in, table.long_codes, AcTable::kBits);
  if (symbol < 0) return false;
  if (symbol == 0) {
    at += 64;
    return true;
  }
  const unsigned run = static_cast<unsigned>(symbol) >> 4, size = symbol & 15;
  at += run + 1;
  if (at > 63 || size > 10 || (size == 0 && run != 15)) return false;
  const int value = take_number(in, size);
  if (std::abs(value) > table.largest[at]) return false;
  block[places[at]] = static_cast<std::int16_t>(value);
  return true;
}

/// A block's AC coefficients onto zeros: coefficient k goes to block[places[k]]. The number of the
/// last one, 0: there are none, -1: the bits make no sense.
P3A_AVX2_INLINE int take_ac(BitReader& in, const AcTable& table, const std::uint8_t* places,
                            std::int16_t* block) {
  unsigned at = 0;
  for (;;) {
    refill(in);
#pragma GCC unroll 4
    for (int i = 0; i < 4; ++i) {
      const AcEntry entry = table.entries[in.bits >> (64 - AcTable::kBits)];
      const unsigned first = at + entry.first_distance();
      if (first > 63) {
        if (at == 63) return 63;  // what was looked up is the next block's
        if (entry.first_distance() == AcEntry::kEndOfBlock) {
          skip(in, entry.bits());
          return static_cast<int>(at);
        }
        if (entry.first_distance() != AcEntry::kSlow) return -1;
        if (!take_slow(in, table, entry, places, block, at)) return -1;
        if (at > 63) return static_cast<int>(at - 64);
        break;
      }
      block[places[first]] = entry.first_value();
      const unsigned second = first + entry.second_distance();
      if (second > 63) {
        if (first == 63) {
          skip(in, entry.first_bits());
          return 63;
        }
        if (entry.second_distance() != AcEntry::kEndOfBlock) return -1;
        skip(in, entry.bits());
        return static_cast<int>(first);
      }
      block[places[second]] = entry.second_value();
      at = second;
      skip(in, entry.bits());
    }
  }
}

}  // namespace p3a::jpeg

#endif
