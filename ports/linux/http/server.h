// HTTP on Linux (Boost.Beast): sockets, parsing, limits and time; what the requests mean is
// device/api.
//
// run() is the network thread. Two more threads do what may block: one for the storage, one for
// rendering. Every connection is bounded in number, head, body rate and time; one slow or hostile
// client costs its own connection only.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "device/api/api.h"
#include "ports/linux/http/tls_context.h"
#include "ports/linux/profile/slow_link.h"

namespace p3a {

struct HttpLimits {
  std::size_t connections = 64;
  std::size_t connections_per_address = 48;  ///< so that one machine cannot take them all
  std::size_t uploads_at_once = 4;
  std::size_t uploads_waiting = 32;
  std::size_t head_bytes = 8 * 1024;
  /// For a head, and with it for a turn to upload; for the next bytes of a body.
  std::chrono::seconds patience{10};
  std::chrono::seconds idle{10};            ///< before a request, the first one too
  std::size_t min_bytes_per_second = 4096;  ///< of a body, after the first `patience`
};

class HttpServer {
 public:
  /// Opens the port; port 0 picks a free one. Error: kInternal with a sentence that says what to
  /// do.
  static Result<std::unique_ptr<HttpServer>> listen(const std::string& address, std::uint16_t port,
                                                    Log& log, HttpLimits limits = {});
  ~HttpServer();

  /// A second port, where `/` is the stream too; the rest is served as on the first. Before run().
  Status listen_for_streams(const std::string& address, std::uint16_t port);

  /// From now on both ports speak TLS, and SIGHUP reads the files again: connections that come then
  /// get what is new, or what was there when that is wrong. Before run(). Errors of load_tls().
  Status use_tls(const TlsFiles& files);

  /// Bytes of all connections take the time that they would take over that link. Before run().
  void use_slow_link(const LinkLimits& limits);

  std::uint16_t port() const;
  /// What is called once a second on the network thread. Before run().
  void on_beat(std::move_only_function<void()> beat);
  /// Serves until stop(); answers uploads that are being finished before it returns, 500 ms at
  /// most.
  void run(Api& api);
  /// Any thread, and signal handlers' threads.
  void stop();

 private:
  struct State;
  explicit HttpServer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace p3a
