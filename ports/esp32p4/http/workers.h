// Threads for requests with a body: the server's own task must not wait for a client, a card or the
// processor. Bounded: what is more than waits at the client. Any thread.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace p3a {

class Workers {
 public:
  using Task = std::move_only_function<void()>;

  /// `waiting`: tasks that may wait for a thread.
  Workers(std::size_t threads, std::size_t waiting);
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;
  /// What is under way ends first; what waits is done, too.
  ~Workers();

  /// False: as many wait as may; the task was not taken.
  bool post(Task& task);

 private:
  void run();

  const std::size_t most_waiting_;
  std::mutex mutex_;  // guards the next four
  std::condition_variable changed_;
  std::deque<Task> tasks_;
  std::size_t free_ = 0;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace p3a
