#include "device/engine/decode_worker.h"

#include <algorithm>
#include <utility>

namespace p3a {

DecodeWorker::DecodeWorker(Clock& clock, std::function<Instant()> advance,
                           std::function<void()> begins)
    : clock_(clock), advance_(std::move(advance)), thread_([this, begins = std::move(begins)] {
        if (begins) begins();
        run();
      }) {}

DecodeWorker::~DecodeWorker() { stop(); }

void DecodeWorker::post(Task task) {
  enqueue(std::move(task));
  changed_.notify_one();
}

void DecodeWorker::enqueue(Task task) {
  {
    const std::lock_guard lock(mutex_);
    if (!stopping_) tasks_.push_back(std::exchange(task, nullptr));
  }
  if (task) task(true);
}

void DecodeWorker::wake() {
  {
    const std::lock_guard lock(mutex_);
    woken_ = true;
  }
  changed_.notify_one();
}

void DecodeWorker::stop() {
  std::deque<Task> rest;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    rest.swap(tasks_);
  }
  changed_.notify_one();
  if (thread_.joinable()) thread_.join();
  for (Task& task : rest) task(true);
}

void DecodeWorker::run() {
  Instant due{};
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    const Instant now = clock_.now();
    if (!tasks_.empty()) {
      Task task = std::move(tasks_.front());
      tasks_.pop_front();
      woken_ = false;
      lock.unlock();
      {
        const BusyWatch::Busy busy(watch_, now);
        task(false);
        task = nullptr;  // what it holds is given back without our lock
        due = advance_();
      }
      lock.lock();
    } else if (due <= now || woken_) {
      woken_ = false;
      lock.unlock();
      {
        const BusyWatch::Busy busy(watch_, now);
        due = advance_();
      }
      lock.lock();
    } else if (due == Instant::max()) {
      changed_.wait(lock);
    } else {
      changed_.wait_for(lock, std::min(due - now, Micros(60s)));
    }
  }
}

}  // namespace p3a
