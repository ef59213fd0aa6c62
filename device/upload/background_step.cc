#include "device/upload/background_step.h"

#include <utility>

namespace p3a {

BackgroundStep::BackgroundStep() : thread_([this] { run(); }) {}

BackgroundStep::~BackgroundStep() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void BackgroundStep::start(std::function<Status()> step) {
  {
    const std::lock_guard lock(mutex_);
    step_ = std::move(step);
  }
  changed_.notify_all();
}

Status BackgroundStep::wait() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return !step_; });
  return std::exchange(result_, {});
}

void BackgroundStep::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return step_ || stopping_; });
    if (!step_) return;
    lock.unlock();
    const Status result = step_();  // nobody else touches it until it is empty
    lock.lock();
    result_ = result;
    step_ = nullptr;
    changed_.notify_all();
  }
}

}  // namespace p3a
