#include "ports/linux/http/client_stream.h"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/stream_traits.hpp>

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

// A client that hangs up without saying so first may have been cut off by someone else; the layers
// above notice that by what is missing. Anything else that TLS says ends the connection.
ClientStream::Code plain_error(const ClientStream::Code& error) {
  if (error == asio::ssl::error::stream_truncated) return asio::error::eof;
  const bool is_tls = error.category() == asio::error::get_ssl_category() ||
                      error.category() == asio::ssl::error::get_stream_category();
  return is_tls ? ClientStream::Code(asio::error::connection_reset) : error;
}

}  // namespace

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
