#include "ports/linux/http/server.h"

#include <netinet/tcp.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <csignal>

#include "ports/linux/http/connection.h"

namespace p3a {

namespace asio = boost::asio;
using asio::ip::tcp;
using ErrorCodeOf = boost::system::error_code;

struct HttpServer::State {
  State(Log& log, const HttpLimits& limits) : context(log, limits) {}

  asio::awaitable<void> accept_connections(tcp::acceptor& acceptor, bool is_stream_port);
  asio::awaitable<void> housekeep();
  asio::awaitable<void> keep_time();
  bool may_come_in(const tcp::socket& socket);
  void begin_stop();
  asio::awaitable<void> reload_tls();
  void take_tls(Result<TlsContext> loaded);
  static void refuse(tcp::socket& socket);

  ServerContext context;
  tcp::acceptor acceptor{context.io};
  tcp::acceptor stream_acceptor{context.io};  // closed when streaming is off
  asio::signal_set signals{context.io};
  asio::signal_set reload{context.io};
  TlsFiles tls_files;
  asio::steady_timer housekeeping{context.io};
  asio::steady_timer grace{context.io};
  asio::steady_timer next_beat{context.io};
  std::move_only_function<void()> beat;
};

HttpServer::HttpServer(std::unique_ptr<State> state) : state_(std::move(state)) {}

HttpServer::~HttpServer() = default;

namespace {

Status open_acceptor(tcp::acceptor& acceptor, const std::string& address, std::uint16_t port,
                     std::string_view key) {
  ErrorCodeOf error;
  const auto ip = asio::ip::make_address(address, error);
  if (error) {
    return fail(ErrorCode::kInvalidValue,
                "http.address is no IP address: write 0.0.0.0, :: or one of this machine");
  }
  const tcp::endpoint endpoint(ip, port);
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(128, error);
  if (error) {
    const std::string reason = error.message();
    ErrorCodeOf ignored;
    acceptor.close(ignored);
    return fail(ErrorCode::kInternal, "cannot listen on ", std::string_view(address), " port ",
                port, ": ", std::string_view(reason), "; choose another with --", key);
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<HttpServer>> HttpServer::listen(const std::string& address,
                                                       std::uint16_t port, Log& log,
                                                       HttpLimits limits) {
  auto state = std::make_unique<State>(log, limits);
  if (const Status opened = open_acceptor(state->acceptor, address, port, "http.port"); !opened) {
    return std::unexpected(opened.error());
  }
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(state)));
}

Status HttpServer::listen_for_streams(const std::string& address, std::uint16_t port) {
  return open_acceptor(state_->stream_acceptor, address, port, "stream.port");
}

Status HttpServer::use_tls(const TlsFiles& files) {
  auto loaded = load_tls(files);
  if (!loaded) return std::unexpected(loaded.error());
  state_->tls_files = files;
  state_->take_tls(std::move(loaded));
  state_->reload.add(SIGHUP);
  return {};
}

// What comes in before anybody reads it is bounded by the window, and cut as the two ends have
// agreed: a client notices that it has to wait where it would with that link.
void HttpServer::use_slow_link(const LinkLimits& limits) {
  state_->context.slow_link.emplace(limits);
  const auto window = static_cast<int>(limits.window_bytes);
  const auto segment = static_cast<int>(limits.segment_bytes);
  for (tcp::acceptor* acceptor : {&state_->acceptor, &state_->stream_acceptor}) {
    const int handle = acceptor->native_handle();
    setsockopt(handle, SOL_SOCKET, SO_RCVBUF, &window, sizeof window);
    setsockopt(handle, IPPROTO_TCP, TCP_MAXSEG, &segment, sizeof segment);
  }
}

void HttpServer::State::take_tls(Result<TlsContext> loaded) {
  if (!loaded) {
    return context.log.write(LogLevel::kError, std::string(loaded.error().message.view()) +
                                                   "; the certificate that was there stays");
  }
  context.log.write(loaded->expired ? LogLevel::kWarning : LogLevel::kInfo,
                    "TLS with the certificate of " + tls_files.cert + ", valid until " +
                        loaded->until + (loaded->expired ? ": clients refuse it; renew it" : ""));
  context.tls = std::move(*loaded);
}

// Reading files may wait for the disk: not on this thread.
asio::awaitable<void> HttpServer::State::reload_tls() {
  while (!context.stopping) {
    ErrorCodeOf error;
    co_await reload.async_wait(asio::redirect_error(asio::use_awaitable, error));
    if (error) co_return;
    asio::post(context.storage, [this] {
      asio::post(context.io,
                 [this, loaded = load_tls(tls_files)]() mutable { take_tls(std::move(loaded)); });
    });
  }
}

std::uint16_t HttpServer::port() const { return state_->acceptor.local_endpoint().port(); }

// One write that may not block; whoever does not take it in goes without.
void HttpServer::State::refuse(tcp::socket& socket) {
  const std::string body =
      "{\"ok\":false,\"error\":\"too many connections: try again in a "
      "second\",\"code\":\"BUSY\"}\n";
  const std::string answer =
      "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\nRetry-After: "
      "1\r\nConnection: close\r\n"
      "Content-Length: " +
      std::to_string(body.size()) + "\r\n\r\n" + body;
  ErrorCodeOf ignored;
  socket.non_blocking(true, ignored);
  socket.write_some(asio::buffer(answer), ignored);
}

asio::awaitable<void> HttpServer::State::accept_connections(tcp::acceptor& from,
                                                            bool is_stream_port) {
  while (!context.stopping) {
    ErrorCodeOf error;
    tcp::socket socket =
        co_await from.async_accept(asio::redirect_error(asio::use_awaitable, error));
    if (error == asio::error::operation_aborted || !from.is_open()) co_return;
    if (error) {  // out of descriptors: those that are open go on, the next one waits
      asio::steady_timer pause(context.io, std::chrono::milliseconds(100));
      co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, error));
      continue;
    }
    if (!may_come_in(socket)) {
      if (!context.tls) refuse(socket);  // under TLS there is no cheap way to say why
      continue;
    }
    asio::co_spawn(context.io, serve_connection(context, std::move(socket), is_stream_port),
                   asio::detached);
  }
}

bool HttpServer::State::may_come_in(const tcp::socket& socket) {
  Traffic& traffic = context.api->traffic();
  if (context.connections.size() >= context.limits.connections) {
    ++traffic.refused_total;
    return false;
  }
  ErrorCodeOf ignored;
  const auto address = socket.remote_endpoint(ignored).address();
  if (connections_from(context, address) >= context.limits.connections_per_address) {
    ++traffic.refused_address;
    return false;
  }
  ++traffic.accepted;
  traffic.connections = context.connections.size() + 1;
  return true;
}

// Once a second; how late it comes says how long the network thread was kept from its work.
asio::awaitable<void> HttpServer::State::keep_time() {
  constexpr std::chrono::seconds kBeat{1};
  for (auto due = std::chrono::steady_clock::now(); !context.stopping;) {
    due += kBeat;
    next_beat.expires_at(due);
    ErrorCodeOf error;
    co_await next_beat.async_wait(asio::redirect_error(asio::use_awaitable, error));
    if (error) co_return;
    const auto now = std::chrono::steady_clock::now();
    Traffic& traffic = context.api->traffic();
    traffic.network_lag = std::chrono::duration_cast<Micros>(now - due);
    traffic.connections = context.connections.size();
    due = now;
    if (beat) beat();
  }
}

asio::awaitable<void> HttpServer::State::housekeep() {
  while (!context.stopping) {
    asio::post(context.storage, [api = context.api] { api->housekeep(); });
    housekeeping.expires_after(std::chrono::seconds(60));
    ErrorCodeOf error;
    co_await housekeeping.async_wait(asio::redirect_error(asio::use_awaitable, error));
  }
}

void HttpServer::State::begin_stop() {
  if (context.stopping) return;
  context.stopping = true;
  ErrorCodeOf ignored;
  acceptor.close(ignored);
  stream_acceptor.close(ignored);
  signals.cancel(ignored);
  reload.cancel(ignored);
  housekeeping.cancel();
  next_beat.cancel();
  close_idle_connections(context);
  grace.expires_after(std::chrono::milliseconds(500));
  grace.async_wait([this](ErrorCodeOf) { context.io.stop(); });
  if (context.connections.empty()) context.io.stop();
}

void HttpServer::on_beat(std::move_only_function<void()> beat) { state_->beat = std::move(beat); }

void HttpServer::run(Api& api) {
  State& state = *state_;
  state.context.api = &api;
  state.context.on_last_gone = [&state] { state.context.io.stop(); };
  state.signals.add(SIGINT);
  state.signals.add(SIGTERM);
  state.signals.async_wait([&state](ErrorCodeOf error, int) {
    if (!error) state.begin_stop();
  });
  asio::co_spawn(state.context.io, state.accept_connections(state.acceptor, false), asio::detached);
  if (state.stream_acceptor.is_open()) {
    asio::co_spawn(state.context.io, state.accept_connections(state.stream_acceptor, true),
                   asio::detached);
  }
  asio::co_spawn(state.context.io, state.housekeep(), asio::detached);
  if (state.context.tls) asio::co_spawn(state.context.io, state.reload_tls(), asio::detached);
  asio::co_spawn(state.context.io, state.keep_time(), asio::detached);
  state.context.io.run();
  state.context.stopping = true;
  state.context.on_last_gone = nullptr;
  state.context.storage.join();
  state.context.render.join();
  state.context.pools_ended = true;
}

void HttpServer::stop() {
  asio::post(state_->context.io, [state = state_.get()] { state->begin_stop(); });
}

}  // namespace p3a
