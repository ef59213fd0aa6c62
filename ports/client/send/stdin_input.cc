#include "ports/client/send/stdin_input.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace p3a::sender {
namespace {

std::size_t read_some(const std::function<bool()>& tick, ByteSpan out) {
  while (tick()) {
    pollfd waited{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
    if (::poll(&waited, 1, 100) <= 0) continue;
    const ssize_t count = ::read(STDIN_FILENO, out.data(), out.size());
    if (count >= 0) return static_cast<std::size_t>(count);
    if (errno != EINTR && errno != EAGAIN) return 0;
  }
  return 0;
}

}  // namespace

std::size_t StdinInput::read(ByteSpan out) {
  if (begin_ == end_) {
    if (out.size() >= sizeof(buffer_)) return read_some(tick_, out);
    begin_ = 0;
    end_ = read_some(tick_, buffer_);
  }
  const std::size_t count = std::min(out.size(), end_ - begin_);
  std::copy_n(buffer_ + begin_, count, out.begin());
  begin_ += count;
  return count;
}

}  // namespace p3a::sender
