#include "ports/esp32p4/http/workers.h"

#include <utility>

namespace p3a {

Workers::Workers(std::size_t threads, std::size_t waiting) : most_waiting_(waiting) {
  free_ = threads;
  for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { run(); });
}

Workers::~Workers() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

bool Workers::post(Task& task) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_ || tasks_.size() >= free_ + most_waiting_) return false;
    tasks_.push_back(std::move(task));
  }
  changed_.notify_one();
  return true;
}

void Workers::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return stopping_ || !tasks_.empty(); });
    if (tasks_.empty()) return;
    Task task = std::move(tasks_.front());
    tasks_.pop_front();
    --free_;
    lock.unlock();
    task();
    task = nullptr;
    lock.lock();
    ++free_;
  }
}

}  // namespace p3a
