#include "ports/client/testing/test_server.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket.hpp>
#include <condition_variable>
#include <list>
#include <mutex>
#include <thread>

namespace p3a::testing {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
namespace websocket = boost::beast::websocket;
using asio::ip::tcp;
using boost::system::error_code;
using HttpRequest = http::request<http::string_body>;

Request plain(const HttpRequest& request) {
  Request out{.target = std::string(request.target()), .headers = {}, .body = request.body()};
  for (const auto& field : request) {
    std::string name(field.name_string());
    for (char& c : name)
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    out.headers[name] = std::string(field.value());
  }
  return out;
}

}  // namespace

struct TestServer::State {
  State(TestServer& to, std::uint16_t port)
      : server(to), acceptor(io, {asio::ip::address_v4::loopback(), port}) {
    thread = std::thread([this] { accept(); });
  }
  ~State() {
    stopping = true;
    server.stalled = false;
    error_code ignored;
    tcp::socket knock(io);
    knock.connect(acceptor.local_endpoint(), ignored);  // wakes accept()
    thread.join();
    cut();
    for (auto& connection : connections) connection.thread.join();
  }

  void cut() {
    const std::scoped_lock lock(mutex);
    for (auto& connection : connections) ::shutdown(connection.handle, SHUT_RDWR);
  }

  struct Connection {
    tcp::socket socket;
    int handle;  // of the socket, which only its thread may touch; open as long as the list holds
                 // it
    std::thread thread;
  };

  void accept() {
    for (;;) {
      error_code error;
      tcp::socket socket(io);
      acceptor.accept(socket, error);
      if (error || stopping) return;
      const std::scoped_lock lock(mutex);
      const int handle = socket.native_handle();
      connections.push_back({std::move(socket), handle, {}});
      Connection& connection = connections.back();
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
      const HttpRequest request = parser.release();
      {
        const std::scoped_lock lock(mutex);
        requests.push_back(plain(request));
      }
      if (websocket::is_upgrade(request) && server.decline == 0) return stream(socket, request);
      const Response answered = server.decline != 0 || !server.answer
                                    ? Response{server.decline != 0 ? server.decline : 404, {}, true}
                                    : server.answer(plain(request));
      http::response<http::string_body> response(http::int_to_status(answered.status), 11,
                                                 answered.body);
      response.keep_alive(answered.keep_alive);
      response.prepare_payload();
      http::write(socket, response, error);
      if (error || !response.keep_alive()) return;
    }
  }

  void stream(tcp::socket& socket, const HttpRequest& request) {
    websocket::stream<tcp::socket&> ws(socket);
    ws.read_message_max(16u << 20);
    error_code error;
    socket.set_option(tcp::no_delay(true), error);
    ws.accept(request, error);
    if (error) return;
    if (server.talks) say(ws, hello());
    for (const std::string& greeting : server.greetings) say(ws, greeting);
    boost::beast::flat_buffer buffer;
    for (std::uint64_t frame = 0;;) {
      while (server.stalled) std::this_thread::sleep_for(1ms);
      ws.read(buffer, error);
      if (error) break;
      const auto* bytes = static_cast<const std::uint8_t*>(buffer.cdata().data());
      if (ws.got_binary()) {
        if (server.keeps) keep(frames, Bytes(bytes, bytes + buffer.size()));
        if (server.talks) say(ws, ack(++frame));
      } else {
        const std::string text(bytes, bytes + buffer.size());
        keep(texts, text);
        const auto t0 = text.find("\"t0_us\":");
        if (server.talks && t0 != std::string::npos) {
          say(ws, pong(text.substr(t0 + 8, text.find('}') - t0 - 8)));
        }
      }
      buffer.clear();
    }
    server.close_code = error == websocket::error::closed ? ws.reason().code : 0;
  }

  static void say(websocket::stream<tcp::socket&>& ws, const std::string& text) {
    error_code ignored;
    ws.text(true);
    ws.write(asio::buffer(text), ignored);
  }
  template <class T>
  void keep(std::vector<T>& list, T item) {
    const std::scoped_lock lock(mutex);
    list.push_back(std::move(item));
    arrived.notify_all();
  }
  static std::int64_t now_us() {
    return std::chrono::duration_cast<std::chrono::microseconds>(
               std::chrono::steady_clock::now().time_since_epoch())
        .count();
  }
  static std::string pong(const std::string& asked_us) {
    const std::string now = std::to_string(now_us());
    return R"({"type":"pong","t0_us":)" + asked_us + R"(,"t1_us":)" + now + R"(,"t2_us":)" + now +
           "}";
  }
  static std::string ack(std::uint64_t frame) {
    const std::string now = std::to_string(now_us());
    return R"({"type":"ack","frame":)" + std::to_string(frame) + R"(,"received_us":)" + now +
           R"(,"decoded_us":)" + now + R"(,"presented_us":)" + now + "}";
  }
  std::string hello() const {
    const std::string side = std::to_string(server.panel);
    return R"({"type":"hello","version":1,"name":"Test","id":"t","program":"test",)"
           R"("program_version":"1","width":)" +
           side + R"(,"height":)" + side +
           R"(,"pixel_format":"rgb888","refresh_hz":0,"formats":["jpeg","png","rgb565","rgb888"],)"
           R"("limits":{"max_frame_bytes":204800,"max_lossless_bytes":2097152,)"
           R"("max_picture_width":2048,"max_picture_height":2048,"max_text_bytes":4096},)"
           R"("queue_depth":3,"timeout_s":5,"source":"rotation","now_us":)" +
           std::to_string(now_us()) + "}";
  }

  TestServer& server;
  asio::io_context io;
  tcp::acceptor acceptor;
  std::thread thread;
  std::atomic<bool> stopping{false};
  std::mutex mutex;
  std::condition_variable arrived;
  std::list<Connection> connections;
  std::vector<Bytes> frames;
  std::vector<std::string> texts;
  std::vector<Request> requests;
};

TestServer::TestServer(std::uint16_t port) : state_(std::make_unique<State>(*this, port)) {}
TestServer::~TestServer() = default;

std::uint16_t TestServer::port() const { return state_->acceptor.local_endpoint().port(); }

void TestServer::cut() { state_->cut(); }

bool TestServer::wait_frames(std::size_t count, std::chrono::milliseconds patience) {
  std::unique_lock lock(state_->mutex);
  return state_->arrived.wait_for(lock, patience, [&] { return state_->frames.size() >= count; });
}

std::vector<Bytes> TestServer::frames() {
  const std::scoped_lock lock(state_->mutex);
  return state_->frames;
}

std::vector<std::string> TestServer::texts() {
  const std::scoped_lock lock(state_->mutex);
  return state_->texts;
}

std::vector<Request> TestServer::requests() {
  const std::scoped_lock lock(state_->mutex);
  return state_->requests;
}

int TestServer::connections() {
  const std::scoped_lock lock(state_->mutex);
  return static_cast<int>(state_->connections.size());
}

MutePort::MutePort() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const any = reinterpret_cast<sockaddr*>(&address);
  if (::bind(socket_, any, size) == 0 && ::listen(socket_, 8) == 0 &&
      ::getsockname(socket_, any, &size) == 0)
    port_ = ntohs(address.sin_port);
}

MutePort::~MutePort() { ::close(socket_); }

}  // namespace p3a::testing
