// Bits to the entropy-coded bytes of a JPEG: the first bit is a byte's highest, and a byte of 0xFF
// is followed by a zero (ITU T.81, F.1.2.3). The caller has made room: at most 16 bytes for each 64
// bits, and 16 for finish().
#pragma once

#include <cstdint>
#include <cstring>

namespace p3a::jpeg {

class BitWriter {
 public:
  explicit BitWriter(std::uint8_t* out) : out_(out) {}

  /// The lower `length` bits of `bits`, 1 to 32; those above are zero.
  void put(std::uint64_t bits, unsigned length) {
    if (length <= free_) {
      bits_ = bits_ << length | bits;
      free_ -= length;
      return;
    }
    const unsigned over = length - free_;
    flush(bits_ << free_ | bits >> over);
    bits_ = bits;  // what was flushed of it is shifted out
    free_ = 64 - over;
  }

  /// Fills the last byte with ones. Returns where the bytes end; nothing may follow.
  std::uint8_t* finish() {
    if (const unsigned missing = free_ % 8; missing != 0) put((1u << missing) - 1, missing);
    for (unsigned left = 64 - free_; left != 0; left -= 8) write_byte(bits_ >> (left - 8));
    return out_;
  }

  std::uint8_t* at() const { return out_; }
  void move_to(std::uint8_t* out) { out_ = out; }

 private:
  void flush(std::uint64_t word) {
    constexpr std::uint64_t kHighs = 0x8080'8080'8080'8080, kOnes = 0x0101'0101'0101'0101;
    if ((word & kHighs & ~(word + kOnes)) == 0) [[likely]] {  // no byte is 0xFF
      const std::uint64_t big_endian = __builtin_bswap64(word);
      std::memcpy(out_, &big_endian, sizeof big_endian);
      out_ += sizeof big_endian;
      return;
    }
    for (int shift = 56; shift >= 0; shift -= 8) write_byte(word >> shift);
  }

  void write_byte(std::uint64_t bits) {
    const auto byte = static_cast<std::uint8_t>(bits);
    *out_++ = byte;
    if (byte == 0xFF) *out_++ = 0;
  }

  std::uint8_t* out_;
  std::uint64_t bits_ = 0;  ///< the lower 64 - free_ bits wait
  unsigned free_ = 64;
};

}  // namespace p3a::jpeg
