// One connection of esp_http_server: how long it may hold up the server's task, and, when it is a
// stream, what the display has to tell it.
//
// esp_http_server serves all of its connections on one task. So that none of them can stop the
// others: whatever of a message or head has begun must be there within a patience, however slowly
// its bytes come; and text for a client that does not read waits here, not in send().
#pragma once

#include <esp_http_server.h>

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "device/live/stream_hub.h"
#include "device/ports.h"

namespace p3a {

struct HttpdLimits {
  Micros head{3s};     ///< for a head to be there
  Micros message{2s};  ///< for a WebSocket frame to be there: others wait so long at most
  Micros body{10s};    ///< for the next bytes of a body
  Micros send{5s};     ///< for an answer to be taken
  Micros ping_every{5s};
  Micros token{10s};   ///< for a stream to say the token, where one is wanted
  Micros silent{15s};  ///< without a message or an answer to a ping: the client has vanished
  std::uint32_t min_bytes_per_second = 4096;  ///< of a body, after the first `body`
  std::size_t outbox_bytes = 64 * 1024;
};

class Session final : public StreamOutbox {
 public:
  Session(httpd_handle_t server, int socket, Clock& clock, const HttpdLimits& limits);

  // StreamOutbox: any thread.
  void send_text(std::string json) override;
  void send_binary(std::string bytes) override;
  void close(std::uint16_t code, std::string_view reason) override;

  // The server's task, and the worker that has the connection's request meanwhile.

  /// Instead of recv() and send(): as those, but they end in time and never send a part.
  int receive(char* bytes, std::size_t size, int flags);
  int send_all(const char* bytes, std::size_t size, int flags);
  /// A body is being received: its reader looks at the time.
  void set_in_body(bool in_body) { in_body_ = in_body; }
  /// The head or frame was dealt with: the next one gets its own time.
  void dealt_with() { since_.reset(); }

  // The server's task.

  /// One frame that the server announces. ESP_FAIL: the connection is to be closed.
  esp_err_t on_frame(httpd_req_t* request);
  /// Sends what the socket takes at once. False: the connection is to be closed.
  bool flush();
  /// Pings, and false when nobody is there any more, or one that never says the token.
  bool look_after();
  /// The last call: nothing is sent any more.
  void over();

  std::unique_ptr<StreamClient> client;  ///< of a stream that was admitted
  std::mutex* network = nullptr;         ///< what stands for the display's network thread
  std::function<void()> wake;            ///< asks for a flush() soon; any thread, at once

 private:
  struct Waiting {
    httpd_ws_type_t type;
    std::string bytes;
  };
  bool wait_for(bool readable, Micros at_most) const;
  bool is_stranger() const;
  esp_err_t on_control(httpd_req_t* request, httpd_ws_frame_t& frame);
  esp_err_t on_data(httpd_req_t* request, httpd_ws_frame_t& frame);
  esp_err_t finish_message(ByteView message);
  esp_err_t protocol_error(std::string_view reason);
  void put(httpd_ws_type_t type, std::string bytes);
  bool send_frame(const Waiting& waiting);

  httpd_handle_t const server_;
  const int socket_;
  Clock& clock_;
  const HttpdLimits limits_;
  std::optional<Instant> since_;  // the first byte of what is being received
  bool in_body_ = false;
  std::atomic<bool> handling_ = false;  // a flush() comes anyway
  const Instant begun_;
  Instant heard_;
  Instant pinged_;
  // A message in pieces: esp_http_server hands each fragment on, and puts nothing together.
  std::optional<httpd_ws_type_t> message_;
  std::size_t filled_ = 0;

  std::mutex mutex_;  // guards the rest
  std::deque<Waiting> outbox_;
  std::size_t outbox_bytes_ = 0;
  bool closing_ = false;
  bool over_ = false;
};

}  // namespace p3a
