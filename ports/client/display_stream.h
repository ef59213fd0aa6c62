// The bytes of a connection to a display, plain or under TLS, as a stream that Beast reads and
// writes: one type, so that HTTP and WebSocket are compiled once (docs/decisions/0010).
//
// A plain connection's operations go straight to its socket; TLS costs an indirect call each. Those
// who wait for it have the deadlines, and close socket(). The executor's thread only.
#pragma once

#include <array>
#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/role.hpp>
#include <boost/beast/websocket/teardown.hpp>
#include <functional>
#include <memory>
#include <string>

#include "sender/ports.h"

namespace p3a::sender {

class DisplayStream {
 public:
  using Socket = boost::asio::ip::tcp::socket;
  using executor_type = Socket::executor_type;
  using Code = boost::system::error_code;

  explicit DisplayStream(boost::asio::io_context& io);
  ~DisplayStream();
  DisplayStream(const DisplayStream&) = delete;
  DisplayStream& operator=(const DisplayStream&) = delete;

  executor_type get_executor() noexcept { return socket_.get_executor(); }
  /// What lies below: to be connected, for options, to be closed.
  Socket& socket() { return socket_; }

  /// Once, when connected: shakes hands and checks that it is the display. Then done("") is called,
  /// or with a sentence that says why the connection is of no use; later, never from within.
  void start_tls(const Destination& destination, std::function<void(const std::string&)> done);

  template <class Buffers, class Token>
  auto async_read_some(const Buffers& buffers, Token&& token) {
    return boost::asio::async_initiate<Token, void(Code, std::size_t)>(
        [this](auto handler, const Buffers& into) {
          if (!tls_) return socket_.async_read_some(into, std::move(handler));
          std::array<boost::asio::mutable_buffer, 1> first{};
          copy_buffers(into, first);
          read_tls(first[0], Done(std::move(handler)));
        },
        token, buffers);
  }
  template <class Buffers, class Token>
  auto async_write_some(const Buffers& buffers, Token&& token) {
    return boost::asio::async_initiate<Token, void(Code, std::size_t)>(
        [this](auto handler, const Buffers& from) {
          if (!tls_) return socket_.async_write_some(from, std::move(handler));
          std::array<boost::asio::const_buffer, 1> first{};
          copy_buffers(from, first);
          write_tls(first[0], Done(std::move(handler)));
        },
        token, buffers);
  }

  // What Beast's WebSocket asks of a stream.
  friend void beast_close_socket(DisplayStream& stream) {
    Code ignored;
    stream.socket_.close(ignored);
  }
  friend void teardown(boost::beast::role_type role, DisplayStream& stream, Code& error) {
    using boost::beast::websocket::teardown;
    teardown(role, stream.socket_, error);
  }
  template <class Handler>
  friend void async_teardown(boost::beast::role_type role, DisplayStream& stream,
                             Handler&& handler) {
    if (!stream.tls_) {
      using boost::beast::websocket::async_teardown;
      return async_teardown(role, stream.socket_, std::forward<Handler>(handler));
    }
    stream.tear_down_tls(Done([done = std::forward<Handler>(handler)](
                                  Code error, std::size_t) mutable { std::move(done)(error); }));
  }

 private:
  using Done = boost::asio::any_completion_handler<void(Code, std::size_t)>;
  struct Tls;

  // The first buffer that holds anything: reading or writing less than all is allowed.
  template <class Buffers, class Buffer>
  static void copy_buffers(const Buffers& from, std::array<Buffer, 1>& to) {
    const auto end = boost::asio::buffer_sequence_end(from);
    for (auto at = boost::asio::buffer_sequence_begin(from); at != end; ++at) {
      to[0] = Buffer(*at);
      if (to[0].size() > 0) return;
    }
  }
  void read_tls(boost::asio::mutable_buffer into, Done done);
  void write_tls(boost::asio::const_buffer from, Done done);
  void tear_down_tls(Done done);

  Socket socket_;  // TLS refers to it
  std::unique_ptr<Tls> tls_;
};

}  // namespace p3a::sender
