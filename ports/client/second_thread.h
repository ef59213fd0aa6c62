// A thread that sleeps until it is given something to do beside its owner.
//
// run() starts the step and returns; wait() returns when it is done. One owner, one step at a time;
// what the step refers to must live until then.
#pragma once

#include <functional>
#include <semaphore>
#include <thread>
#include <utility>

namespace p3a::sender {

class SecondThread {
 public:
  SecondThread() : thread_([this] { loop(); }) {}
  SecondThread(const SecondThread&) = delete;
  SecondThread& operator=(const SecondThread&) = delete;
  ~SecondThread() {
    run(nullptr);
    thread_.join();
  }

  void run(std::function<void()> step) {
    step_ = std::move(step);
    begun_.release();
  }
  void wait() { done_.acquire(); }

 private:
  void loop() {
    for (;;) {
      begun_.acquire();
      if (!step_) return;
      step_();
      done_.release();
    }
  }

  std::function<void()> step_;
  std::binary_semaphore begun_{0};
  std::binary_semaphore done_{0};
  std::thread thread_;
};

}  // namespace p3a::sender
