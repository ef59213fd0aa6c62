#include "ports/jpeg/huffman_tables.h"

#include <algorithm>

#include "ports/jpeg/zigzag.h"

namespace p3a::jpeg {
namespace {

constexpr unsigned kMaxDcSize = 11;  // bits of a difference between 8-bit samples' DC (T.81, F.1.2)

// Calls use(code, bits, symbol) for each code of at most `longest` bits, in order.
template <class Use>
void for_each_code(const HuffmanCode& code, unsigned longest, Use use) {
  std::uint32_t next = 0;
  std::size_t symbol = 0;
  for (unsigned bits = 1; bits <= longest; ++bits, next *= 2) {
    for (unsigned i = 0; i < code.counts[bits]; ++i) use(next++, bits, code.symbols[symbol++]);
  }
}

using AcEntries = std::array<AcEntry, std::size_t{1} << AcTable::kBits>;

// All values of a coefficient with that many bits whose code and value fit in a look-up.
void fill_values(AcEntries& entries, std::size_t at, unsigned bits, unsigned run, unsigned size) {
  const unsigned free = AcTable::kBits - bits - size;
  const int count = 1 << size;
  for (int i = 0; i < count; ++i) {
    const int value = size == 0 ? 0 : i < count / 2 ? i - count + 1 : i;
    std::fill_n(&entries[at], std::size_t{1} << free, AcEntry::one(bits + size, run + 1, value));
    at += std::size_t{1} << free;
  }
}

AcEntries single_entries(const HuffmanCode& code, unsigned largest_size) {
  constexpr unsigned kBits = AcTable::kBits;
  AcEntries entries;
  entries.fill(AcEntry::one(0, AcEntry::kSlow, 0));
  for_each_code(code, kBits, [&](std::uint32_t next, unsigned bits, unsigned symbol) {
    const std::size_t at = std::size_t{next} << (kBits - bits), count = 1UL << (kBits - bits);
    const unsigned run = symbol >> 4, size = symbol & 15;
    if (symbol == 0) {
      std::fill_n(&entries[at], count, AcEntry::one(bits, AcEntry::kEndOfBlock, 0));
    } else if (size > largest_size || bits + size > kBits || (size == 0 && run != 15)) {
      std::fill_n(&entries[at], count,
                  AcEntry::one(bits, AcEntry::kSlow, static_cast<int>(symbol)));
    } else {
      fill_values(entries, at, bits, run, size);
    }
  });
  return entries;
}

}  // namespace

LongCodes::LongCodes(const HuffmanCode& code) {
  std::ranges::copy(code.symbols, values.begin());
  std::uint32_t next = 0;
  std::int32_t symbol = 0;
  for (unsigned bits = 1; bits <= 16; ++bits, next *= 2) {
    symbols[bits] = symbol - static_cast<std::int32_t>(next);
    next += code.counts[bits];
    symbol += code.counts[bits];
    end[bits] = next << (16 - bits);
  }
}

bool DcTable::build(const HuffmanCode& code, std::uint16_t step) {
  if (std::ranges::any_of(code.symbols, [](auto size) { return size > kMaxDcSize; })) return false;
  entries.fill({});
  for_each_code(code, kBits, [&](std::uint32_t next, unsigned bits, std::uint8_t size) {
    std::fill_n(&entries[std::size_t{next} << (kBits - bits)], 1UL << (kBits - bits),
                Entry{static_cast<std::uint8_t>(bits), size});
  });
  long_codes = LongCodes(code);
  largest = kMaxCoefficient / step;
  return true;
}

void AcTable::build(const HuffmanCode& code, const QuantSteps& steps) {
  std::uint16_t smallest = kMaxCoefficient;
  for (std::size_t k = 0; k < 64; ++k) {
    largest[k] = static_cast<std::uint16_t>(kMaxCoefficient / steps[kZigzag[k]]);
    smallest = std::min(smallest, largest[k]);
  }
  unsigned largest_size = 0;
  while ((2U << largest_size) - 1 <= smallest) ++largest_size;
  const AcEntries single = single_entries(code, std::min(largest_size, 10U));
  for (std::size_t bits = 0; bits < entries.size(); ++bits) {
    const AcEntry first = single[bits];
    const AcEntry second = single[(bits << first.bits()) % entries.size()];
    const bool both = first.first_distance() <= 16 && second.first_distance() != AcEntry::kSlow &&
                      first.bits() + second.bits() <= kBits;
    entries[bits] = both ? first.then(second) : first;
  }
  long_codes = LongCodes(code);
}

}  // namespace p3a::jpeg
