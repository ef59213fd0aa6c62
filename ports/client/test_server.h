// A display's two doors in a few lines of Beast, for the tests: it keeps what it gets.
#pragma once

#include <sys/socket.h>

#include <atomic>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket.hpp>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace p3a::testing {

namespace asio = boost::asio;
namespace http = boost::beast::http;
namespace websocket = boost::beast::websocket;
using asio::ip::tcp;
using boost::system::error_code;
using namespace std::chrono_literals;

using Bytes = std::vector<std::uint8_t>;
using Request = http::request<http::string_body>;

class TestServer {
 public:
  using Answer = std::function<http::response<http::string_body>(const Request&)>;

  explicit TestServer(std::uint16_t port = 0)
      : acceptor_(io_, {asio::ip::address_v4::loopback(), port}) {
    thread_ = std::thread([this] { accept(); });
  }
  ~TestServer() {
    stopping_ = true;
    stalled = false;
    error_code ignored;
    tcp::socket knock(io_);
    knock.connect(acceptor_.local_endpoint(), ignored);  // wakes accept()
    thread_.join();
    cut();
    for (auto& connection : connections_) connection.thread.join();
  }

  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
  std::string address() const { return "127.0.0.1:" + std::to_string(port()); }

  // What it is like; set before anybody connects.
  Answer answer;                       ///< to what is no stream
  unsigned decline = 0;                ///< the HTTP status that streams get instead
  std::uint32_t panel = 64;            ///< width and height that hello tells
  bool talks = true;                   ///< hello, pong, ack
  bool keeps = true;                   ///< the frames; else they are thrown away
  std::vector<std::string> greetings;  ///< texts after the hello
  std::atomic<bool> stalled{false};    ///< reads nothing while set

  /// Breaks every connection that is open.
  void cut() {
    const std::scoped_lock lock(mutex_);
    for (auto& connection : connections_) ::shutdown(connection.handle, SHUT_RDWR);
  }
  /// Waits for that many binary messages; false after `patience`.
  bool wait_frames(std::size_t count, std::chrono::milliseconds patience = 10s) {
    std::unique_lock lock(mutex_);
    return arrived_.wait_for(lock, patience, [&] { return frames_.size() >= count; });
  }
  std::vector<Bytes> frames() {
    const std::scoped_lock lock(mutex_);
    return frames_;
  }
  std::vector<std::string> texts() {
    const std::scoped_lock lock(mutex_);
    return texts_;
  }
  std::vector<Request> requests() {
    const std::scoped_lock lock(mutex_);
    return requests_;
  }
  int connections() {
    const std::scoped_lock lock(mutex_);
    return static_cast<int>(connections_.size());
  }
  /// How the last stream ended; 0: without a closing handshake.
  std::atomic<int> close_code{-1};

 private:
  struct Connection {
    tcp::socket socket;
    int handle;  // of the socket, which only its thread may touch; open as long as the list holds
                 // it
    std::thread thread;
  };

  void accept() {
    for (;;) {
      error_code error;
      tcp::socket socket(io_);
      acceptor_.accept(socket, error);
      if (error || stopping_) return;
      const std::scoped_lock lock(mutex_);
      const int handle = socket.native_handle();
      connections_.push_back({std::move(socket), handle, {}});
      Connection& connection = connections_.back();
      connection.thread = std::thread([this, &connection] { serve(connection.socket); });
    }
  }

  void serve(tcp::socket& socket) {
    boost::beast::flat_buffer buffer;
    for (;;) {
      http::request_parser<http::string_body> parser;
      parser.body_limit(64u << 20);
      error_code error;
      http::read(socket, buffer, parser, error);
      if (error) return;
      const Request request = parser.release();
      {
        const std::scoped_lock lock(mutex_);
        requests_.push_back(request);
      }
      if (websocket::is_upgrade(request) && decline == 0) return stream(socket, request);
      auto response =
          decline != 0 || !answer
              ? http::response<http::string_body>(http::int_to_status(decline ? decline : 404), 11)
              : answer(request);
      response.prepare_payload();
      http::write(socket, response, error);
      if (error || !response.keep_alive()) return;
    }
  }

  void stream(tcp::socket& socket, const Request& request) {
    websocket::stream<tcp::socket&> ws(socket);
    ws.read_message_max(16u << 20);
    error_code error;
    socket.set_option(tcp::no_delay(true), error);
    ws.accept(request, error);
    if (error) return;
    if (talks) say(ws, hello());
    for (const std::string& greeting : greetings) say(ws, greeting);
    boost::beast::flat_buffer buffer;
    for (std::uint64_t frame = 0;;) {
      while (stalled) std::this_thread::sleep_for(1ms);
      ws.read(buffer, error);
      if (error) break;
      const auto* bytes = static_cast<const std::uint8_t*>(buffer.cdata().data());
      if (ws.got_binary()) {
        if (keeps) keep(frames_, Bytes(bytes, bytes + buffer.size()));
        if (talks) say(ws, ack(++frame));
      } else {
        const std::string text(bytes, bytes + buffer.size());
        keep(texts_, text);
        const auto t0 = text.find("\"t0_us\":");
        if (talks && t0 != std::string::npos) {
          const std::string now = std::to_string(now_us());
          say(ws, R"({"type":"pong","t0_us":)" + text.substr(t0 + 8, text.find('}') - t0 - 8) +
                      R"(,"t1_us":)" + now + R"(,"t2_us":)" + now + "}");
        }
      }
      buffer.clear();
    }
    close_code = error == websocket::error::closed ? ws.reason().code : 0;
  }

  static void say(websocket::stream<tcp::socket&>& ws, const std::string& text) {
    error_code ignored;
    ws.text(true);
    ws.write(asio::buffer(text), ignored);
  }
  template <class T>
  void keep(std::vector<T>& list, T item) {
    const std::scoped_lock lock(mutex_);
    list.push_back(std::move(item));
    arrived_.notify_all();
  }
  static std::int64_t now_us() {
    return std::chrono::duration_cast<std::chrono::microseconds>(
               std::chrono::steady_clock::now().time_since_epoch())
        .count();
  }
  static std::string ack(std::uint64_t frame) {
    const std::string now = std::to_string(now_us());
    return R"({"type":"ack","frame":)" + std::to_string(frame) + R"(,"received_us":)" + now +
           R"(,"decoded_us":)" + now + R"(,"presented_us":)" + now + "}";
  }
  std::string hello() const {
    const std::string side = std::to_string(panel);
    return R"({"type":"hello","version":1,"name":"Test","id":"t","program":"test",)"
           R"("program_version":"1","width":)" +
           side + R"(,"height":)" + side +
           R"(,"pixel_format":"rgb888","refresh_hz":0,"formats":["jpeg","png","rgb565","rgb888"],)"
           R"("limits":{"max_frame_bytes":204800,"max_lossless_bytes":2097152,)"
           R"("max_picture_width":2048,"max_picture_height":2048,"max_text_bytes":4096},)"
           R"("queue_depth":3,"timeout_s":5,"source":"rotation","now_us":)" +
           std::to_string(now_us()) + "}";
  }

  asio::io_context io_;
  tcp::acceptor acceptor_;
  std::thread thread_;
  std::atomic<bool> stopping_{false};
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::list<Connection> connections_;
  std::vector<Bytes> frames_;
  std::vector<std::string> texts_;
  std::vector<Request> requests_;
};

}  // namespace p3a::testing
