// The bytes of one client's connection, plain or under TLS, as a stream that Beast reads and
// writes.
//
// One type for both, so that HTTP and WebSocket are compiled once: a plain connection's operations
// go straight to its socket, TLS costs an indirect call each. Deadlines are those of tcp(), for
// either. Errors of TLS look like a connection that was reset. The network thread only.
#pragma once

#include <array>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/beast/core/role.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/websocket/teardown.hpp>
#include <functional>
#include <memory>

#include "ports/linux/http/tls_context.h"
#include "ports/linux/profile/slow_link.h"

namespace p3a {

class ClientStream {
 public:
  using executor_type = boost::beast::tcp_stream::executor_type;
  using Code = boost::system::error_code;

  explicit ClientStream(boost::asio::ip::tcp::socket socket);
  ClientStream(ClientStream&&) noexcept;
  ClientStream& operator=(ClientStream&&) noexcept;
  ~ClientStream();

  executor_type get_executor() noexcept { return tcp_->get_executor(); }
  /// What lies below: deadlines, options, closing; bytes of it only when they are thrown away.
  boost::beast::tcp_stream& tcp() { return *tcp_; }
  bool is_tls() const { return tls_ != nullptr; }
  /// From now on bytes take the time that they would take over that link, which outlives it.
  void slow_down(SlowLink& link);

  /// Shakes hands within tcp()'s deadline; `begun` is what has been read already. False: the
  /// connection is of no use.
  boost::asio::awaitable<bool> start_tls(TlsContext context, boost::asio::const_buffer begun);
  /// Tells the client that nothing more will come, within tcp()'s deadline.
  boost::asio::awaitable<void> end_writing();

  template <class Buffers, class Token>
  auto async_read_some(const Buffers& buffers, Token&& token) {
    return boost::asio::async_initiate<Token, void(Code, std::size_t)>(
        [this](auto handler, const Buffers& into) {
          if (!tls_ && !slow_) return tcp_->async_read_some(into, std::move(handler));
          std::array<boost::asio::mutable_buffer, 1> first{};
          copy_buffers(into, first);
          if (slow_) return read_slowly(first[0], Done(std::move(handler)));
          read_tls(first[0], Done(std::move(handler)));
        },
        token, buffers);
  }
  template <class Buffers, class Token>
  auto async_write_some(const Buffers& buffers, Token&& token) {
    return boost::asio::async_initiate<Token, void(Code, std::size_t)>(
        [this](auto handler, const Buffers& from) {
          if (!tls_ && !slow_) return tcp_->async_write_some(from, std::move(handler));
          Pieces pieces{};
          copy_buffers(from, pieces);
          if (slow_) return write_slowly(pieces, Done(std::move(handler)));
          write_tls(pieces, Done(std::move(handler)));
        },
        token, buffers);
  }

  // What Beast's WebSocket asks of a stream.
  friend void beast_close_socket(ClientStream& stream) { stream.tcp().close(); }
  friend void teardown(boost::beast::role_type role, ClientStream& stream, Code& error) {
    using boost::beast::websocket::teardown;
    teardown(role, stream.tcp(), error);
  }
  template <class Handler>
  friend void async_teardown(boost::beast::role_type role, ClientStream& stream,
                             Handler&& handler) {
    if (!stream.tls_) {
      using boost::beast::websocket::async_teardown;
      return async_teardown(role, *stream.tcp_, std::forward<Handler>(handler));
    }
    stream.tear_down_tls(Done(
        [done = std::forward<Handler>(handler)](Code error, std::size_t) mutable { done(error); }));
  }

 private:
  using Done = std::move_only_function<void(Code, std::size_t)>;
  using Pieces = std::array<boost::asio::const_buffer, 8>;
  struct Tls;
  struct Slow;

  // The first buffers that hold anything; reading or writing less than all is allowed.
  template <class Buffers, class Buffer, std::size_t kCount>
  static void copy_buffers(const Buffers& from, std::array<Buffer, kCount>& to) {
    std::size_t count = 0;
    const auto end = boost::asio::buffer_sequence_end(from);
    for (auto at = boost::asio::buffer_sequence_begin(from); at != end && count < kCount; ++at) {
      const Buffer buffer(*at);
      if (buffer.size() > 0) to[count++] = buffer;
    }
  }
  void read_tls(boost::asio::mutable_buffer into, Done done);
  void write_tls(const Pieces& pieces, Done done);
  void read_slowly(boost::asio::mutable_buffer into, Done done);
  void write_slowly(Pieces pieces, Done done);
  void say_goodbye(std::move_only_function<void(Code)> done);
  void tear_down_tls(Done done);

  std::unique_ptr<boost::beast::tcp_stream> tcp_;  // TLS refers to it: it may not move
  std::unique_ptr<Tls> tls_;
  std::unique_ptr<Slow> slow_;
};

}  // namespace p3a
