// The decode thread: does what others ask for, one task after the other, and what its own clockwork
// says is due.
//
// post(), stop(): any thread. Tasks and `advance`: the decode thread, never two at a time. A task
// that the thread does not come to any more is called with stopping = true, on the thread that
// stops or posts, and must then only say so to whoever waits for it.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

#include "core/base/time.h"
#include "device/engine/busy_watch.h"
#include "device/ports.h"

namespace p3a {

class DecodeWorker {
 public:
  using Task = std::move_only_function<void(bool stopping)>;

  /// `advance` does what is due and returns when it wants to be called again; it is called once at
  /// the start and after every task, too. `begins` is called on the thread before anything else.
  DecodeWorker(Clock& clock, std::function<Instant()> advance,
               std::function<void()> begins = nullptr);
  ~DecodeWorker();

  void post(Task task);
  /// The same without waking the thread, which comes to it with the next post() or wake().
  void enqueue(Task task);
  /// Calls `advance` soon, whenever it wanted to be called again. Any thread.
  void wake();
  /// Returns when the task under way has ended.
  void stop();
  /// How long the task under way has taken. Any thread, without a lock.
  Micros busy() const { return watch_.busy(clock_.now()); }

 private:
  void run();

  Clock& clock_;
  const std::function<Instant()> advance_;
  BusyWatch watch_;

  std::mutex mutex_;  // guards the four below
  std::condition_variable changed_;
  std::deque<Task> tasks_;
  bool stopping_ = false;
  bool woken_ = false;

  std::thread thread_;
};

}  // namespace p3a
