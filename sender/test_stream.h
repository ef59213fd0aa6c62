// A stream's worker and the display at the other end, for the tests.
#pragma once

#include <vector>

#include "sender/address.h"
#include "sender/stream_worker.h"
#include "sender/test_display.h"

namespace p3a::sender {

// A stream onto a display, in virtual time.
struct Rig {
  explicit Rig(const StreamOptions& wanted = {}, const char* address = "display:80")
      : options(wanted),
        worker(display, clock, encoder, board, options, *parse_address(address, "/stream", ""), 1) {
  }

  // A 4 × 4 picture in one shade of red.
  void submit(int red, std::uint32_t side = 4) {
    const std::vector<std::uint8_t> pixels(side * side * 3, static_cast<std::uint8_t>(red));
    const PixelView view{.pixels = pixels.data(),
                         .width = side,
                         .height = side,
                         .stride = 0,
                         .format = InputFormat::kRgb888};
    ASSERT_TRUE(worker.submit(view, clock.now()));
  }
  void run_for(Micros time) {
    const Instant end = clock.now() + time;
    display.set_limit(end);
    while (clock.now() < end) worker.step();
  }
  // A source of that many pictures a second, each different from the one before.
  void stream_for(Micros time, double fps = 60) {
    const Instant end = clock.now() + time;
    for (int i = 0; clock.now() < end; ++i) {
      submit(1 + i % 250);
      run_for(Micros(static_cast<std::int64_t>(1e6 / fps)));
    }
  }
  StreamStatus status() const { return board.status(); }
  std::vector<int> reds() const {
    std::vector<int> seen;
    for (const auto& frame : display.frames) seen.push_back(frame.red());
    return seen;
  }

  StreamOptions options;
  TestClock clock;
  TestDisplay display{clock};
  TestEncoder encoder;
  StreamBoard board;
  StreamWorker worker;
};

}  // namespace p3a::sender
