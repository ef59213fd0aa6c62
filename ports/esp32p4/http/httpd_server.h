// HTTP and WebSocket by ESP-IDF's esp_http_server; what the requests mean is device/api.
//
// One object is one server task on one port; streams get a second one, so that a frame on its way
// holds up no page. The display's "network thread" is a mutex that both share: whoever calls the
// display holds it, nobody waits with it. Requests with a body, and those that wait for the card or
// the processor, are served by Workers.
#pragma once

#include <esp_http_server.h>
#include <esp_timer.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>

#include "device/api/api.h"
#include "ports/esp32p4/http/request.h"
#include "ports/esp32p4/http/session.h"
#include "ports/esp32p4/http/workers.h"

namespace p3a {

struct HttpdServices {
  Api& api;
  Clock& clock;
  Log& log;
  Workers& workers;
  std::mutex& network;
  /// Called on the server's task every quarter of a second while it is alive: for its watchdog.
  std::function<void()> alive;
};

struct HttpdPort {
  std::uint16_t port = 80;
  std::uint16_t control_port = 32768;  ///< of the loopback, one for each server
  std::uint16_t sockets = 7;
  bool for_streams = false;  ///< '/' is the stream, too
};

class HttpdServer {
 public:
  /// The default of 4 KB is too little for the display's JSON and P3X's reader.
  static constexpr std::size_t kTaskStackBytes = 10 * 1024;

  HttpdServer(HttpdServices services, HttpdPort port, HttpdLimits limits = {});
  HttpdServer(const HttpdServer&) = delete;
  HttpdServer& operator=(const HttpdServer&) = delete;
  /// Closes every connection.
  ~HttpdServer();

  /// Error: kInternal with a sentence that says what to do.
  Status start();

  /// The quarter-second's work, on the server's task: sends what waits, pings, closes whom nobody
  /// hears from. Whatever work was lost on its way to the task is made up for here.
  void look_after_all();

 private:
  using SessionRef = std::shared_ptr<Session>;

  static esp_err_t on_open(httpd_handle_t server, int socket);
  static void on_close(httpd_handle_t server, int socket);
  static esp_err_t on_request(httpd_req_t* request);
  static esp_err_t on_stream(httpd_req_t* request);
  static esp_err_t on_upgrade(httpd_req_t* request);

  Status register_routes();
  Status register_route(const char* uri, httpd_method_t method, bool is_stream);
  SessionRef find(int socket);
  void open(int socket);
  void close(int socket);
  esp_err_t serve(httpd_req_t* request);
  esp_err_t hand_over(httpd_req_t* request, Started& started, const HeadCopy& head);
  esp_err_t upgrade(httpd_req_t* request);
  void wake();
  void queue_look();

  HttpdServices services_;
  const HttpdPort port_;
  const HttpdLimits limits_;
  httpd_handle_t handle_ = nullptr;
  esp_timer_handle_t timer_ = nullptr;
  std::atomic<bool> woken_ = false;  // one piece of work on its way is enough
  std::mutex mutex_;                 // guards the sessions
  std::map<int, SessionRef> sessions_;
};

}  // namespace p3a
