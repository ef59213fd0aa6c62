#include "ports/linux/http/stream_session.h"

#include <netinet/tcp.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace p3a {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = beast::websocket;
using ErrorCodeOf = boost::system::error_code;

namespace {

constexpr std::size_t kAbsurdBytes = 256u << 20;
constexpr std::size_t kOutboxBytes = 64 * 1024;
constexpr std::chrono::seconds kPingEvery{5};
constexpr int kVanishedAfterMs = 20'000;        // without any acknowledgement of what was sent
constexpr std::chrono::seconds kSilentFor{15};  // neither a message nor an answer to a ping
constexpr std::chrono::seconds kMessagePatience{10};
constexpr std::chrono::seconds kTokenPatience{10};  // for the token of those who must say it
constexpr std::chrono::seconds kFarewell{5};  // for the close to reach a peer that is too slow
constexpr std::chrono::seconds kLookEvery{1};

// In every message; docs/PROTOCOL.md: 1009 when a frame is larger than the limit.
constexpr std::uint16_t kTooBig = 1009;
constexpr std::uint16_t kPolicyViolation = 1008;

}  // namespace

StreamSession::StreamSession(const asio::any_io_executor& network)
    : network_(network), wake_(network, Clock::time_point::max()), look_(network) {}

void StreamSession::set_options() {
  socket_->next_layer().tcp().expires_never();
  // Beast's own timeouts cut a peer that only listens (its issue 2716); pings and TCP_USER_TIMEOUT
  // do not.
  socket_->set_option(websocket::stream_base::timeout{std::chrono::seconds(10),
                                                      websocket::stream_base::none(), false});
  socket_->set_option(websocket::stream_base::decorator([](websocket::response_type& response) {
    response.set(beast::http::field::server, "p3a-live");
  }));
  // The lent memory is the limit, and whoever goes over it is told so; a frame that announces more
  // than this is not even waited for.
  socket_->read_message_max(kAbsurdBytes);
  socket_->auto_fragment(false);
  socket_->control_callback(
      [this](websocket::frame_type, beast::string_view) { heard_ = Clock::now(); });
  const int handle = socket_->next_layer().tcp().socket().native_handle();
  setsockopt(handle, IPPROTO_TCP, TCP_USER_TIMEOUT, &kVanishedAfterMs, sizeof kVanishedAfterMs);
}

asio::awaitable<void> StreamSession::serve(ClientStream stream, UpgradeRequest request,
                                           std::unique_ptr<StreamClient> client) {
  socket_.emplace(std::move(stream));
  set_options();
  ErrorCodeOf error;
  co_await socket_->async_accept(request, asio::redirect_error(asio::use_awaitable, error));
  if (!error) {
    asio::co_spawn(network_, write_messages(), asio::detached);
    asio::co_spawn(network_, watch(), asio::detached);
    client_ = client.get();
    co_await read_messages(*client);
    client_ = nullptr;
  }
  client.reset();  // before anything that waits: the panel goes to the next source at once
  {
    const std::scoped_lock lock(mutex_, waking_);
    over_ = true;
  }
  wake_.cancel();
  look_.cancel();
  socket_->next_layer().tcp().close();
}

asio::awaitable<void> StreamSession::read_messages(StreamClient& client) {
  for (bool go_on = true; go_on;) go_on = co_await read_message(client);
}

// True: go on reading.
asio::awaitable<bool> StreamSession::read_message(StreamClient& client) {
  // The first piece comes into a buffer of our own, so that a connection that waits holds no
  // frame's memory.
  ErrorCodeOf error;
  std::size_t filled = co_await socket_->async_read_some(
      asio::buffer(first_piece_), asio::redirect_error(asio::use_awaitable, error));
  heard_ = Clock::now();
  if (error) co_return false;
  if (!socket_->is_message_done()) message_since_ = heard_;
  if (socket_->is_message_done() && socket_->got_text()) {
    client.on_text({reinterpret_cast<const char*>(first_piece_.data()), filled});
    co_return true;
  }
  const ByteSpan buffer = client.buffer();
  std::copy_n(first_piece_.data(), filled, buffer.data());
  while (!socket_->is_message_done()) {
    if (filled == buffer.size()) {
      client.on_oversize();
      close(kTooBig, "the frame is larger than the limit in hello");
      co_await read_away();
      co_return false;
    }
    const auto rest = buffer.subspan(filled);
    filled += co_await socket_->async_read_some(asio::buffer(rest.data(), rest.size()),
                                                asio::redirect_error(asio::use_awaitable, error));
    heard_ = Clock::now();
    if (error) co_return false;
  }
  message_since_.reset();
  if (socket_->got_binary()) {
    client.on_binary(filled);
  } else {
    client.on_text({reinterpret_cast<const char*>(buffer.data()), filled});
  }
  co_return true;
}

// What still comes of a frame that is not wanted, until the peer has answered our close.
asio::awaitable<void> StreamSession::read_away() {
  ErrorCodeOf error;
  while (!error) {
    co_await socket_->async_read_some(asio::buffer(first_piece_),
                                      asio::redirect_error(asio::use_awaitable, error));
  }
}

asio::awaitable<void> StreamSession::write_messages() {
  const auto self = shared_from_this();  // the reader may be gone first
  // Not `while (co_await …) {}`: GCC 12 makes a trap of a coroutine's loop without a body.
  bool more = true;
  while (more) more = co_await write_next();
}

// Sends the oldest message, else closes when asked to, else waits; true: go on.
asio::awaitable<bool> StreamSession::write_next() {
  Message message;
  std::optional<Close> closing;
  {
    const std::lock_guard lock(mutex_);
    if (over_) co_return false;
    if (!outbox_.empty()) {
      message = std::move(outbox_.front());
      outbox_.pop_front();
      outbox_bytes_ -= message.bytes.size();
    } else {
      closing = close_;
    }
  }
  ErrorCodeOf error;
  if (!message.bytes.empty()) {
    socket_->text(message.text);
    co_await socket_->async_write(asio::buffer(message.bytes),
                                  asio::redirect_error(asio::use_awaitable, error));
    co_return !error;
  }
  if (closing) {
    const websocket::close_reason reason(static_cast<websocket::close_code>(closing->code),
                                         closing->reason.c_str());
    co_await socket_->async_close(reason, asio::redirect_error(asio::use_awaitable, error));
    co_return false;
  }
  if (Clock::now() < next_ping_) {
    wake_.expires_at(next_ping_);
    co_await wake_.async_wait(asio::redirect_error(asio::use_awaitable, error));
    co_return true;  // woken, or a ping is due
  }
  next_ping_ = Clock::now() + kPingEvery;
  co_await socket_->async_ping({}, asio::redirect_error(asio::use_awaitable, error));
  co_return !error;
}

asio::awaitable<void> StreamSession::watch() {
  const auto self = shared_from_this();
  for (bool going_on = true; going_on;) {
    look_.expires_after(kLookEvery);
    ErrorCodeOf error;
    co_await look_.async_wait(asio::redirect_error(asio::use_awaitable, error));
    bool wake = false;
    {
      const std::lock_guard lock(mutex_);
      going_on = !over_;
      if (going_on) wake = end_if_gone(Clock::now());
    }
    if (wake) wake_writer();
  }
}

// Under the mutex. True: the writer has to say so.
bool StreamSession::end_if_gone(Clock::time_point now) {
  const auto taken = message_since_ ? now - *message_since_ : Clock::duration{};
  const bool stranger = client_ != nullptr && !client_->admitted();
  const bool closing = close_.has_value();
  if (!close_ && taken > kMessagePatience) {
    close_ = Close{kPolicyViolation, "more than 10 s for one message"};
  } else if (!close_ && stranger && now - begun_ > kTokenPatience) {
    close_ = Close{kPolicyViolation, "more than 10 s without the token"};
  }
  if (close_ && !farewell_until_) farewell_until_ = now + kFarewell;
  if (now - heard_ > kSilentFor || (farewell_until_ && now > *farewell_until_))
    socket_->next_layer().tcp().close();  // what waits for the socket ends
  return close_ && !closing;
}

void StreamSession::send_text(std::string json) { send({std::move(json), true}); }

void StreamSession::send_binary(std::string bytes) { send({std::move(bytes), false}); }

void StreamSession::send(Message message) {
  {
    const std::lock_guard lock(mutex_);
    const std::size_t size = message.bytes.size();
    if (over_ || close_ || size == 0 || outbox_bytes_ + size > kOutboxBytes) return;
    outbox_bytes_ += size;
    outbox_.push_back(std::move(message));
    if (outbox_.size() > 1) return;
  }
  wake_writer();
}

void StreamSession::close(std::uint16_t code, std::string_view reason) {
  {
    const std::lock_guard lock(mutex_);
    if (over_ || close_) return;
    close_ = Close{code, std::string(reason)};
  }
  wake_writer();
}

// Not under `mutex_`: the writer may run before this has returned, and would only wait for it.
void StreamSession::wake_writer() {
  const std::lock_guard lock(waking_);
  if (!over_) asio::post(network_, [self = shared_from_this()] { self->wake_.cancel(); });
}

}  // namespace p3a
