// esp_http_server as its documentation and facts/embedded.md §3.5 describe it, as far as the port
// calls it: real sockets (a pair for each connection), no task of its own: the test pumps.
//
// Its traps are there: one connection at a time, payloads read whole, no reassembly, reserved
// opcodes passed on, control frames handed to the handler, work that gets lost, and no call of the
// handler for the handshake.
#pragma once

#include <esp_http_server.h>

#include <string>
#include <string_view>

namespace p3a::fake_httpd {

/// A client's end; its bytes go in and come out as they are on the wire.
class Client {
 public:
  explicit Client(httpd_handle_t server);
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  ~Client();
  void send(std::string_view bytes) const;
  /// What the server has sent so far.
  std::string received();
  /// The server has closed it.
  bool closed() const;
  /// As few bytes as the system gives.
  void shrink_buffers() const;
  int server_socket() const { return server_socket_; }

 private:
  int socket_;
  int server_socket_;
  httpd_handle_t server_;
};

/// Serves what is there until nothing is; the work that was queued, too.
void pump(httpd_handle_t server);
/// The server that was started last.
httpd_handle_t started();
/// The next pieces of work that are queued get lost.
void lose_work(int pieces);
/// Requests that were handed to workers and are not complete yet.
int under_way();
/// Runs the timers' callbacks once.
void tick();

/// A client's frame, masked.
std::string frame(int opcode, std::string_view payload, bool final = true);
std::string upgrade_request(std::string_view path, std::string_view more = {});

}  // namespace p3a::fake_httpd
