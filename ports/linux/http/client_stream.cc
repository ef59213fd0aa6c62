#include "ports/linux/http/client_stream.h"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/stream_traits.hpp>

#include "ports/linux/system/linux_clock.h"
namespace p3a {

namespace asio = boost::asio;
namespace beast = boost::beast;

struct ClientStream::Tls {
  Tls(beast::tcp_stream& tcp, TlsContext with)
      : context(std::move(with.ssl)), stream(tcp, SSL_new(context.get())) {}

  std::shared_ptr<ssl_ctx_st> context;
  asio::ssl::stream<beast::tcp_stream&> stream;
};

namespace {

constexpr std::size_t kSlowPiece = 16 * 1024;  // so that connections take turns on the link

// A client that hangs up without saying so first may have been cut off by someone else; the layers
// above notice that by what is missing. Anything else that TLS says ends the connection.
ClientStream::Code plain_error(const ClientStream::Code& error) {
  if (error == asio::ssl::error::stream_truncated) return asio::error::eof;
  const bool is_tls = error.category() == asio::error::get_ssl_category() ||
                      error.category() == asio::ssl::error::get_stream_category();
  return is_tls ? ClientStream::Code(asio::error::connection_reset) : error;
}

}  // namespace

// Over a slow link. The bytes come and go as fast as this machine can; whoever waits for them is
// told when the link would have carried them. Meanwhile the client is held up by its window.
struct ClientStream::Slow {
  Slow(const executor_type& executor, SlowLink& link)
      : in(link, now()), out(link, now()), reading(executor), writing(executor) {}
  static Instant now() { return LinuxClock().now(); }
  static void wait_until(asio::steady_timer& timer, Instant when,
                         std::move_only_function<void()> then) {
    timer.expires_at(asio::steady_timer::time_point(when.time_since_epoch()));
    timer.async_wait([then = std::move(then)](Code) mutable { then(); });
  }

  SlowFlow in;
  SlowFlow out;
  Instant last_written{};
  asio::steady_timer reading;
  asio::steady_timer writing;
};

ClientStream::ClientStream(asio::ip::tcp::socket socket)
    : tcp_(std::make_unique<beast::tcp_stream>(std::move(socket))) {}
ClientStream::ClientStream(ClientStream&&) noexcept = default;
ClientStream& ClientStream::operator=(ClientStream&&) noexcept = default;
ClientStream::~ClientStream() = default;

asio::awaitable<bool> ClientStream::start_tls(TlsContext context, asio::const_buffer begun) {
  tls_ = std::make_unique<Tls>(*tcp_, std::move(context));
  Code error;
  co_await tls_->stream.async_handshake(asio::ssl::stream_base::server, begun,
                                        asio::redirect_error(asio::use_awaitable, error));
  co_return !error;
}

void ClientStream::read_tls(asio::mutable_buffer into, Done done) {
  tls_->stream.async_read_some(into,
                               [done = std::move(done)](Code error, std::size_t count) mutable {
                                 done(plain_error(error), count);
                               });
}

void ClientStream::write_tls(const Pieces& pieces, Done done) {
  tls_->stream.async_write_some(pieces,
                                [done = std::move(done)](Code error, std::size_t count) mutable {
                                  done(plain_error(error), count);
                                });
}

void ClientStream::slow_down(SlowLink& link) {
  slow_ = std::make_unique<Slow>(get_executor(), link);
}

void ClientStream::read_slowly(asio::mutable_buffer into, Done done) {
  Code ignored;
  const bool follows = tcp_->socket().available(ignored) > 0;
  Done arrived = [&slow = *slow_, follows, done = std::move(done)](Code error,
                                                                   std::size_t count) mutable {
    if (error || count == 0) return done(error, count);
    Slow::wait_until(slow.reading, slow.in.arrival(Slow::now(), follows, count),
                     [done = std::move(done), count]() mutable { done({}, count); });
  };
  into = asio::buffer(into, kSlowPiece);
  if (tls_) return read_tls(into, std::move(arrived));
  tcp_->async_read_some(into, std::move(arrived));
}

void ClientStream::write_slowly(Pieces pieces, Done done) {
  std::size_t count = 0;
  for (asio::const_buffer& piece : pieces) {
    piece = asio::buffer(piece, kSlowPiece - count);
    count += piece.size();
  }
  const Instant now = Slow::now();
  const bool follows = now < slow_->last_written + 1ms;
  slow_->last_written = slow_->out.arrival(now, follows, count);
  Slow::wait_until(slow_->writing, slow_->last_written,
                   [this, pieces, done = std::move(done)]() mutable {
                     if (tls_) return write_tls(pieces, std::move(done));
                     tcp_->async_write_some(pieces, std::move(done));
                   });
}

// Our close_notify, without waiting for the client's.
void ClientStream::say_goodbye(std::move_only_function<void(Code)> done) {
  SSL_set_shutdown(tls_->stream.native_handle(), SSL_RECEIVED_SHUTDOWN);
  tls_->stream.async_shutdown(std::move(done));
}

asio::awaitable<void> ClientStream::end_writing() {
  if (tls_) {
    co_await asio::async_initiate<const asio::use_awaitable_t<>, void()>(
        [this](auto handler) {
          say_goodbye([handler = std::move(handler)](Code) mutable { handler(); });
        },
        asio::use_awaitable);
  }
  Code ignored;
  tcp_->socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
}

void ClientStream::tear_down_tls(Done done) {
  say_goodbye([this, done = std::move(done)](Code) mutable {
    using beast::websocket::async_teardown;
    async_teardown(beast::role_type::server, *tcp_,
                   [done = std::move(done)](Code error) mutable { done(error, 0); });
  });
}

}  // namespace p3a
