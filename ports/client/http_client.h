// One HTTP connection to a display, kept between requests (Boost.Beast). Blocks; one thread at a
// time. Never throws but for lack of memory.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "include/p3a/p3a.hpp"
#include "sender/ports.h"

namespace p3a::sender {

struct HttpRequest {
  bool post = false;
  std::string target;
  std::vector<std::pair<std::string, std::string>> headers{};
  std::vector<ByteView> body{};  ///< one after the other
  Micros patience{};             ///< for each step; 0: HttpClient's own
};

class HttpClient {
 public:
  /// What the network may take: to connect, to take a piece of the body, to answer after it.
  static constexpr Micros kConnectPatience = 3s;
  static constexpr Micros kPiecePatience = 10s;
  static constexpr Micros kAnswerPatience = 30s;

  explicit HttpClient(Destination destination);
  ~HttpClient();

  /// ok is the answer's own `ok` and status; without an answer code is "NO_DISPLAY", or
  /// "TLS_FAILED" where it is not sure that it is the display. `progress` may
  /// be empty.
  Reply ask(const HttpRequest& request, const Display::Progress& progress);
  /// Any thread: ask() ends at once, and so does every later one, with code "CANCELLED".
  void cancel();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace p3a::sender
