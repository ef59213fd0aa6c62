// The pings to a stock p3a: they keep its mode alive (it leaves after 30 s without a frame or a
// ping) and, as it works off what it gets in turn, their answers tell what has arrived.
//
// One at a time, soon after a frame, else now and then. One that is late means that frames pile up
// on the way: none is to be added until the answer is there, so that the newest is not behind them.
// Pure; time comes in.
#pragma once

#include <optional>

#include "core/base/time.h"

namespace p3a::sender {

class PicoPings {
 public:
  static constexpr Micros kAfterFrames = 100ms;  ///< between two pings
  static constexpr Micros kAlone = 1s;
  static constexpr Micros kLate = 120ms;  ///< what the firmware's own page takes for pressure

  void begin(Instant now) { *this = {}, last_ = now; }
  void on_frame() { frames_ = true; }

  Instant due() const {
    return asked_ ? Instant::max() : last_ + (frames_ ? kAfterFrames : kAlone);
  }
  void on_sent(Instant now) {
    last_ = now;
    asked_ = true;
    frames_ = false;
  }
  /// The round trip; nothing when nobody asked.
  std::optional<Micros> on_answer(Instant now) {
    if (!asked_) return std::nullopt;
    asked_ = false;
    return now - last_;
  }
  bool late(Instant now) const { return asked_ && now - last_ >= kLate; }

 private:
  Instant last_{};  // when the last one was sent
  bool asked_ = false;
  bool frames_ = false;  // since then
};

}  // namespace p3a::sender
