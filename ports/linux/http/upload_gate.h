// Lets a bounded number of uploads run at a time; the next ones wait their turn, for a while.
//
// Everything on the network thread.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstddef>
#include <list>

namespace p3a {

class UploadGate {
 public:
  UploadGate(std::size_t at_once, std::size_t waiting) : free_(at_once), may_wait_(waiting) {}

  /// True: it is this upload's turn, and leave() must follow. False: too many wait, or `patience`
  /// is over.
  boost::asio::awaitable<bool> enter(std::chrono::steady_clock::duration patience);
  void leave();

 private:
  struct Waiter {
    boost::asio::steady_timer timer;
    bool admitted = false;
  };
  std::size_t free_;
  std::size_t may_wait_;
  std::list<Waiter> waiters_;  // first come, first served
};

/// leave() when the upload's coroutine ends, however it ends.
class UploadTurn {
 public:
  explicit UploadTurn(UploadGate& gate) : gate_(&gate) {}
  UploadTurn(const UploadTurn&) = delete;
  UploadTurn& operator=(const UploadTurn&) = delete;
  ~UploadTurn() { gate_->leave(); }

 private:
  UploadGate* gate_;
};

}  // namespace p3a
