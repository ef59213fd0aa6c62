// When to try again: jittered exponential backoff.
//
// Each wait is drawn evenly from the upper half of a span that begins at `first` and doubles up to
// `longest`, so that a thousand senders do not knock at a display at the same moment, and one that
// comes back is found soon. Pure: the randomness comes from the seed.
#pragma once

#include <cstdint>

#include "core/base/time.h"

namespace p3a::sender {

class Reconnect {
 public:
  /// first and longest are at least 1 ms; longest is at least first (else first counts).
  Reconnect(Micros first, Micros longest, std::uint64_t seed);

  /// The wait before the next attempt, between first/2 and longest.
  Micros next_wait();
  /// The display was reached: the next wait is a short one again.
  void reached() { span_ = first_; }

 private:
  std::uint64_t random();

  Micros first_;
  Micros longest_;
  Micros span_;
  std::uint64_t state_;
};

}  // namespace p3a::sender
