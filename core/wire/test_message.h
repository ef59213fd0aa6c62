// Messages written as hexadecimal text, for tests; spaces between the bytes are fine.
#pragma once

#include <array>
#include <string_view>

#include "core/wire/frame_message.h"

namespace p3a {

class HexMessage {
 public:
  explicit HexMessage(std::string_view hex) {
    bool high = true;
    for (const char digit : hex) {
      if (digit == ' ') continue;
      const int value = digit <= '9' ? digit - '0' : digit - 'a' + 10;
      std::uint8_t& byte = bytes_[size_];
      byte = static_cast<std::uint8_t>(byte << 4 | value);
      if (!high) ++size_;
      high = !high;
    }
  }
  ByteView view() const { return ByteView(bytes_).first(size_); }

 private:
  std::array<std::uint8_t, 512> bytes_{};
  std::size_t size_ = 0;
};

inline bool same_bytes(ByteView a, ByteView b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end());
}

}  // namespace p3a
