// One HTTP connection: a coroutine on the network thread that reads requests and writes answers
// until either end has had enough.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/thread_pool.hpp>
#include <functional>
#include <list>
#include <optional>

#include "ports/linux/http/server.h"
#include "ports/linux/http/tls_context.h"
#include "ports/linux/http/upload_gate.h"

namespace p3a {

class Connection;

/// What all connections of a server share. The network thread, but for the pools.
struct ServerContext {
  ServerContext(Log& log_, const HttpLimits& limits_)
      : log(log_), limits(limits_), gate(limits_.uploads_at_once, limits_.uploads_waiting) {}

  Log& log;
  HttpLimits limits;
  Api* api = nullptr;
  bool stopping = false;
  bool pools_ended = false;
  std::function<void()> on_last_gone;  ///< called while stopping, when no connection is left
  UploadGate gate;
  std::optional<SlowLink> slow_link;  ///< that all connections share; none: as fast as they are
  std::optional<TlsContext> tls;      ///< what new connections get; none: plain HTTP
  std::list<Connection*> connections;
  boost::asio::thread_pool storage{1};
  boost::asio::thread_pool render{1};
  boost::asio::io_context io{1};  // last: its coroutines are destroyed first
};

/// Serves one connection to its end; never throws.
boost::asio::awaitable<void> serve_connection(ServerContext& server,
                                              boost::asio::ip::tcp::socket socket,
                                              bool on_stream_port);

/// How many of the connections come from that address.
std::size_t connections_from(const ServerContext& server, const boost::asio::ip::address& address);

/// Closes those that wait for a request or for bytes; those whose answer is being made go on.
void close_idle_connections(ServerContext& server);

}  // namespace p3a
