// A display's two doors in a few lines of Beast, for the tests: it keeps what it gets.
//
// A server of its own thread and one more for each connection; destroying it breaks what is open.
// Beast stays in the source: every test that included it took half a minute to compile.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace p3a::testing {

using namespace std::chrono_literals;

using Bytes = std::vector<std::uint8_t>;

struct Request {
  std::string target;
  std::map<std::string, std::string> headers;  ///< names in lower case
  std::string body;

  /// Empty when there is none of that name, which is in lower case.
  std::string header(const std::string& name) const {
    const auto found = headers.find(name);
    return found == headers.end() ? std::string() : found->second;
  }
};

struct Response {
  unsigned status = 200;
  std::string body;
  bool keep_alive = true;
};

class TestServer {
 public:
  using Answer = std::function<Response(const Request&)>;

  explicit TestServer(std::uint16_t port = 0);
  TestServer(const TestServer&) = delete;
  TestServer& operator=(const TestServer&) = delete;
  ~TestServer();

  std::uint16_t port() const;
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
  void cut();
  /// Waits for that many binary messages; false after `patience`.
  bool wait_frames(std::size_t count, std::chrono::milliseconds patience = 10s);
  std::vector<Bytes> frames();
  std::vector<std::string> texts();
  std::vector<Request> requests();
  int connections();
  /// How the last stream ended; 0: without a closing handshake.
  std::atomic<int> close_code{-1};

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// A port that takes connections and never says a word on them.
class MutePort {
 public:
  MutePort();
  MutePort(const MutePort&) = delete;
  MutePort& operator=(const MutePort&) = delete;
  ~MutePort();
  std::uint16_t port() const { return port_; }

 private:
  int socket_;
  std::uint16_t port_ = 0;
};

}  // namespace p3a::testing
