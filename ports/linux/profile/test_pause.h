// A pause that does not wait: it moves the test's clock on, and keeps how long it would have been.
#pragma once

#include <vector>

#include "ports/fake/fake_clock.h"
#include "ports/linux/profile/pause.h"

namespace p3a {

class TestPause final : public Pause {
 public:
  explicit TestPause(FakeClock& clock) : clock_(clock) {}
  void until(Instant when) override {
    const Micros time = std::max(when - clock_.now(), Micros{});
    waited_.push_back(time);
    clock_.advance(time);
  }
  /// All of them since the last call.
  std::vector<Micros> take() { return std::exchange(waited_, {}); }

 private:
  FakeClock& clock_;
  std::vector<Micros> waited_;
};

}  // namespace p3a
