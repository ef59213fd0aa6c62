// The presenting thread: puts frames on the panel, each at its time.
//
// One frame waits at most; a newer one takes its place, since what is late is worth less than what
// is new. The one that waits is shown at its present_at, at the next tick of the panel's refresh.
// A panel that fails is tried again; meanwhile newer frames take the place of the one that failed.
// Nothing to do means no wake-ups, unless the panel has events to tell.
//
// A frame that is due when it comes is shown inside submit() where the panel lets any thread do
// that: the time to wake another one is saved.
//
// Methods: any thread. `done` of a submission and `on_events`: called without a lock, `done` on the
// presenting thread or inside submit() or stop(), `on_events` on the presenting thread.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "device/engine/busy_watch.h"
#include "device/engine/rate_meter.h"
#include "device/engine/refresh_ticks.h"
#include "device/engine/submission.h"
#include "device/ports.h"

namespace p3a {

struct PresenterStatus {
  Source source = Source::kSplash;
  ShownPicture picture;
  double fps = 0;  ///< frames shown over the last second
  std::uint64_t presented = 0;
  std::uint64_t superseded = 0;  ///< never shown, since a newer one came first
  std::string panel_error;       ///< empty while the panel works
};

class Presenter {
 public:
  static constexpr Micros kPollEvery = 50ms;
  static constexpr Micros kRetryAfter = 500ms;

  /// `refresh_hz` 0: a frame is shown as soon as it may.
  Presenter(Clock& clock, Log& log, Panel& panel, std::uint32_t refresh_hz,
            std::function<void(const PanelEvents&)> on_events);
  ~Presenter();

  void submit(Submission submission);
  /// The same, but leaves it to the caller to call what it returns, when that is not empty: the
  /// `done` of the submission that lost its place, with false.
  [[nodiscard]] std::function<void(bool shown)> exchange(Submission submission);
  /// The frame on the panel; whoever holds it keeps its pixels as they are. Empty before the first.
  FrameRef shown() const;
  PresenterStatus status() const;
  /// How long the panel has been at work without coming back. Any thread, without a lock.
  Micros busy() const { return watch_.busy(clock_.now()); }
  /// Ends the thread; what still waits is told that it was not shown. Later submissions too.
  void stop();

 private:
  struct Waiting {
    Submission submission;
    Instant due;
  };
  std::function<void(bool shown)> put(Submission submission);
  Instant due_of(const Frame& frame, Instant now) const;
  void run();
  void wait(std::unique_lock<std::mutex>& lock, Instant now);
  void poll(std::unique_lock<std::mutex>& lock, Instant now);
  void present(std::unique_lock<std::mutex>& lock);
  void note_shown(Submission& submission, Instant at);
  void note_failed(Submission& submission, const Error& error, Instant at);

  Clock& clock_;
  Log& log_;
  Panel& panel_;
  const RefreshTicks ticks_;
  const std::function<void(const PanelEvents&)> on_events_;
  const bool any_thread_;
  BusyWatch watch_;

  mutable std::mutex mutex_;  // guards everything down to thread_
  std::condition_variable changed_;
  bool stopping_ = false;
  bool presenting_ = false;  // a thread is at the panel
  std::optional<Waiting> waiting_;
  Instant
      not_before_{};  // the earliest moment for the next frame: one a tick, a pause after an error
  Instant next_poll_ = Instant::max();
  FrameRef shown_;
  std::shared_ptr<const ShownPicture> picture_;
  RateMeter rate_;
  std::uint64_t presented_ = 0;
  std::uint64_t superseded_ = 0;
  std::string panel_error_;

  std::thread thread_;
};

}  // namespace p3a
