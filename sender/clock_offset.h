// How far the display's clock is from ours, from pings (RFC 5905 section 8): of the last 8, the one
// with the shortest round trip counts, because its two ways can differ the least. Pure.
#pragma once

#include <array>
#include <cstddef>
#include <optional>

#include "core/base/time.h"

namespace p3a::sender {

class ClockOffset {
 public:
  /// sent, back: our clock. received, answered: the display's, since its zero. Samples that cannot
  /// be (an answer before its question) are not taken.
  void add(Instant sent, Instant received, Instant answered, Instant back) {
    const Micros round_trip = (back - sent) - (answered - received);
    if (round_trip < Micros{} || answered < received) return;
    samples_[count_++ % samples_.size()] = {((received - sent) + (answered - back)) / 2,
                                            round_trip};
  }
  bool known() const { return count_ > 0; }
  Micros offset() const { return best().offset; }          ///< the display's clock minus ours
  Micros round_trip() const { return best().round_trip; }  ///< the shortest of the last pings
  void reset() { count_ = 0; }

 private:
  struct Sample {
    Micros offset{};
    Micros round_trip{};
  };
  Sample best() const {
    Sample shortest;
    for (std::size_t i = 0; i < count_ && i < samples_.size(); ++i) {
      if (i == 0 || samples_[i].round_trip < shortest.round_trip) shortest = samples_[i];
    }
    return shortest;
  }

  std::array<Sample, 8> samples_{};
  std::size_t count_ = 0;
};

}  // namespace p3a::sender
