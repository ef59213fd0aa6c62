#include "ports/client/display_stream.h"

#include <boost/asio/post.hpp>
#if defined(P3A_HAVE_TLS)
#include <boost/asio/ssl/stream.hpp>
#endif

#include "ports/client/tls_trust.h"

namespace p3a::sender {

namespace asio = boost::asio;

#if defined(P3A_HAVE_TLS)
struct DisplayStream::Tls {
  Tls(Socket& socket, ssl_st* ssl) : stream(socket, ssl) {}
  asio::ssl::stream<Socket&> stream;  // frees the SSL
};

void DisplayStream::read_tls(asio::mutable_buffer into, Done done) {
  tls_->stream.async_read_some(into, std::move(done));
}

void DisplayStream::write_tls(asio::const_buffer from, Done done) {
  tls_->stream.async_write_some(from, std::move(done));
}

// Our close_notify, without waiting for the display's.
void DisplayStream::tear_down_tls(Done done) {
  SSL_set_shutdown(tls_->stream.native_handle(), SSL_RECEIVED_SHUTDOWN);
  tls_->stream.async_shutdown([this, done = std::move(done)](Code) mutable {
    using boost::beast::websocket::async_teardown;
    async_teardown(boost::beast::role_type::client, socket_,
                   [done = std::move(done)](Code error) mutable { std::move(done)(error, 0); });
  });
}
#else  // then new_tls() makes none
struct DisplayStream::Tls {};
void DisplayStream::read_tls(asio::mutable_buffer, Done) {}
void DisplayStream::write_tls(asio::const_buffer, Done) {}
void DisplayStream::tear_down_tls(Done) {}
#endif

DisplayStream::DisplayStream(asio::io_context& io) : socket_(io) {}
DisplayStream::~DisplayStream() = default;

void DisplayStream::start_tls(const Destination& destination,
                              std::function<void(const std::string&)> done) {
  const auto ssl = new_tls(destination);
  if (!ssl) {
    return asio::post(get_executor(), [why = ssl.error(), done = std::move(done)] { done(why); });
  }
#if defined(P3A_HAVE_TLS)
  tls_ = std::make_unique<Tls>(socket_, *ssl);
  tls_->stream.async_handshake(
      asio::ssl::stream_base::client, [this, destination, done = std::move(done)](Code error) {
        if (!error) return done("");
        done(why_no_tls(tls_->stream.native_handle(), destination, error.message()));
      });
#endif
}

}  // namespace p3a::sender
