// One step that runs while the caller does something else: the disk syncs while the processor
// decodes.
//
// A thread of its own takes one step at a time; it sleeps in between. start() and wait() belong to
// one thread at a time, and every start() is followed by its wait(). What the step refers to must
// live until wait() returns.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "core/base/error.h"

namespace p3a {

class BackgroundStep {
 public:
  BackgroundStep();
  ~BackgroundStep();

  void start(std::function<Status()> step);
  /// What the step started last has returned; waits until it has.
  Status wait();

 private:
  void run();

  std::mutex mutex_;  // guards everything down to thread_
  std::condition_variable changed_;
  std::function<Status()> step_;  // not begun or not done yet
  Status result_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace p3a
