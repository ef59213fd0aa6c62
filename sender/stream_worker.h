// A live stream's own thread: takes the newest picture when the link can take one, and not before,
// so that what is sent is as fresh as it can be; leaves out what has not changed; encodes and
// sends.
//
// submit() and stop() on any thread (submit() one at a time); step() on the worker's.
#pragma once

#include <atomic>
#include <memory>
#include <vector>

#include "sender/session.h"

namespace p3a::sender {

class StreamWorker {
 public:
  /// How long the display is given for a closing handshake.
  static constexpr Micros kFarewell = 100ms;

  StreamWorker(Transport& transport, Clock& clock, ImageEncoder& images, StreamBoard& board,
               const StreamOptions& options, std::vector<Destination> destinations,
               std::uint64_t seed);

  /// Copies the picture, or notes what keeps it, and returns; never waits. Error: kInvalidValue.
  Status submit(const PixelView& view, Instant captured,
                std::shared_ptr<const void> keeper = nullptr);
  std::uint64_t submitted() const { return box_.submitted(); }
  std::uint64_t replaced() const { return box_.replaced(); }

  /// Where a stock p3a is to be told that the stream is over, after run() has returned.
  const std::optional<Destination>& pico_to_leave() const { return session_.pico_to_leave(); }

  /// Steps until stop(), then says goodbye.
  void run();
  void stop();
  /// Any thread: run() says no goodbye.
  void abandon() { abandoned_.store(true); }
  /// Any thread.
  void set_stalled(bool stalled);
  /// Does what can be done now, then waits for what comes next.
  void step();

 private:
  void send_newest();
  bool rests() const;
  void send_exact();
  Instant next_event() const;

  Transport& transport_;
  Clock& clock_;
  StreamBoard& board_;
  const StreamOptions& options_;
  Mailbox box_;
  Session session_;
  FrameEncoder encoder_;
  Instant exact_at_ = Instant::max();  // the newest picture is not exact, and has rested by then
  std::atomic<bool> stopping_{false};
  std::atomic<bool> stalled_{false};
  std::atomic<bool> abandoned_{false};
};

}  // namespace p3a::sender
