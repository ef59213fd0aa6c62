// Hands out parts of memory front to back, each aligned to 8 bytes. The memory is so by contract;
// the caller has summed up that everything fits. Owns nothing.
#pragma once

#include <algorithm>
#include <cstdint>

#include "core/base/bytes.h"

namespace p3a::p3x {

constexpr std::uint64_t aligned(std::uint64_t bytes) { return (bytes + 7) / 8 * 8; }

class Placer {
 public:
  explicit Placer(ByteSpan memory) : at_(memory.data()) {}

  template <class T>
  T* place_zeros() {
    std::fill_n(at_, sizeof(T), std::uint8_t{0});
    return place<T>(1);
  }
  /// Not initialized.
  template <class T>
  T* place(std::uint64_t count) {
    T* const place = reinterpret_cast<T*>(at_);
    at_ += aligned(count * sizeof(T));
    return place;
  }

 private:
  std::uint8_t* at_;
};

}  // namespace p3a::p3x
