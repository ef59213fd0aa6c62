#include "ports/linux/http/upload_gate.h"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace p3a {

namespace asio = boost::asio;

asio::awaitable<bool> UploadGate::enter(std::chrono::steady_clock::duration patience) {
  if (free_ > 0) {
    --free_;
    co_return true;
  }
  if (waiters_.size() >= may_wait_) co_return false;
  const auto executor = co_await asio::this_coro::executor;
  const auto self = waiters_.insert(waiters_.end(), Waiter{asio::steady_timer(executor, patience)});
  boost::system::error_code error;
  co_await self->timer.async_wait(asio::redirect_error(asio::use_awaitable, error));
  const bool admitted = self->admitted;
  waiters_.erase(self);
  co_return admitted;
}

void UploadGate::leave() {
  for (Waiter& waiter : waiters_) {
    if (waiter.admitted) continue;
    waiter.admitted = true;  // the place passes on; free_ stays as it is
    waiter.timer.cancel();
    return;
  }
  ++free_;
}

}  // namespace p3a
