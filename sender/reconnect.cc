#include "sender/reconnect.h"

#include <algorithm>

namespace p3a::sender {

Reconnect::Reconnect(Micros first, Micros longest, std::uint64_t seed)
    : first_(std::max<Micros>(first, 1ms)),
      longest_(std::max(longest, first_)),
      span_(first_),
      state_(seed) {}

Micros Reconnect::next_wait() {
  const Micros half = span_ / 2;
  const auto spread = static_cast<std::uint64_t>((span_ - half).count()) + 1;
  span_ = std::min(longest_, span_ * 2);
  return half + Micros(static_cast<std::int64_t>(random() % spread));
}

// SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014).
std::uint64_t Reconnect::random() {
  state_ += 0x9E3779B97F4A7C15u;
  std::uint64_t z = state_;
  z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
  z = (z ^ z >> 27) * 0x94D049BB133111EBu;
  return z ^ z >> 31;
}

}  // namespace p3a::sender
