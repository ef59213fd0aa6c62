#include "ports/esp32p4/http/httpd_server.h"

#include <lwip/sockets.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace p3a {
namespace {

constexpr std::uint64_t kLookEveryMicros = 250'000;
constexpr std::array kMethods{HTTP_GET,    HTTP_HEAD,    HTTP_POST, HTTP_PUT,
                              HTTP_DELETE, HTTP_OPTIONS, HTTP_PATCH};

std::unexpected<Error> not_started(std::string_view what, std::uint16_t port, esp_err_t error) {
  return fail(ErrorCode::kInternal, "the web server on port ", port, " could not ", what,
              " (error ", static_cast<std::uint32_t>(error),
              "): raise CONFIG_LWIP_MAX_SOCKETS or free internal memory");
}

}  // namespace

HttpdServer::HttpdServer(HttpdServices services, HttpdPort port, HttpdLimits limits)
    : services_(std::move(services)), port_(port), limits_(limits) {}

HttpdServer::~HttpdServer() {
  if (timer_ != nullptr) {
    esp_timer_stop(timer_);
    esp_timer_delete(timer_);
  }
  if (handle_ != nullptr) httpd_stop(handle_);
}

Status HttpdServer::start() {
  httpd_config_t config = HTTPD_DEFAULT_CONFIG();
  config.server_port = port_.port;
  config.ctrl_port = port_.control_port;  // two servers on one would steal each other's work
  config.max_open_sockets = port_.sockets;
  config.max_uri_handlers = kMethods.size() + 2;
  config.stack_size = kTaskStackBytes;
  config.lru_purge_enable = !port_.for_streams;  // a page's old connections, never a stream
  config.recv_wait_timeout = 1;
  config.send_wait_timeout = 1;
  config.uri_match_fn = httpd_uri_match_wildcard;
  config.global_user_ctx = this;
  config.global_user_ctx_free_fn = [](void*) {};  // else httpd_stop() would free() this
  config.open_fn = &HttpdServer::on_open;
  config.close_fn = &HttpdServer::on_close;
  if (const esp_err_t error = httpd_start(&handle_, &config); error != ESP_OK)
    return not_started("start", port_.port, error);
  if (auto status = register_routes(); !status) return status;
  esp_timer_create_args_t timer{};
  timer.callback = [](void* self) { static_cast<HttpdServer*>(self)->queue_look(); };
  timer.arg = this;
  timer.name = "p3a-http";
  timer.skip_unhandled_events = true;
  if (const esp_err_t error = esp_timer_create(&timer, &timer_); error != ESP_OK)
    return not_started("get a timer", port_.port, error);
  if (const esp_err_t error = esp_timer_start_periodic(timer_, kLookEveryMicros); error != ESP_OK)
    return not_started("get a timer", port_.port, error);
  return {};
}

// First match wins, so streams come before what takes everything.
Status HttpdServer::register_routes() {
#if CONFIG_HTTPD_WS_SUPPORT && CONFIG_HTTPD_WS_PRE_HANDSHAKE_CB_SUPPORT
  if (auto status = register_route("/stream", HTTP_GET, true); !status) return status;
  if (port_.for_streams) {
    if (auto status = register_route("/", HTTP_GET, true); !status) return status;
  }
#else
  services_.log.write(LogLevel::kError,
                      "no streams: this firmware was built without CONFIG_HTTPD_WS_SUPPORT or "
                      "CONFIG_HTTPD_WS_PRE_HANDSHAKE_CB_SUPPORT");
#endif
  for (const httpd_method_t method : kMethods) {
    if (auto status = register_route("/*", method, false); !status) return status;
  }
  return {};
}

Status HttpdServer::register_route(const char* uri, httpd_method_t method, bool is_stream) {
  httpd_uri_t route{};
  route.uri = uri;
  route.method = method;
  route.handler = is_stream ? &HttpdServer::on_stream : &HttpdServer::on_request;
  route.user_ctx = this;
#if CONFIG_HTTPD_WS_SUPPORT && CONFIG_HTTPD_WS_PRE_HANDSHAKE_CB_SUPPORT
  route.is_websocket = is_stream;
  route.handle_ws_control_frames = is_stream;
  if (is_stream) route.ws_pre_handshake_cb = &HttpdServer::on_upgrade;
#endif
  if (const esp_err_t error = httpd_register_uri_handler(handle_, &route); error != ESP_OK)
    return not_started("take its routes", port_.port, error);
  return {};
}

esp_err_t HttpdServer::on_open(httpd_handle_t server, int socket) {
  static_cast<HttpdServer*>(httpd_get_global_user_ctx(server))->handle_ = server;
  static_cast<HttpdServer*>(httpd_get_global_user_ctx(server))->open(socket);
  return ESP_OK;
}

void HttpdServer::on_close(httpd_handle_t server, int socket) {
  static_cast<HttpdServer*>(httpd_get_global_user_ctx(server))->close(socket);
}

esp_err_t HttpdServer::on_request(httpd_req_t* request) {
  return static_cast<HttpdServer*>(request->user_ctx)->serve(request);
}

esp_err_t HttpdServer::on_upgrade(httpd_req_t* request) {
  return static_cast<HttpdServer*>(request->user_ctx)->upgrade(request);
}

// A frame of a stream; or a plain GET of /stream, which is answered as every other path.
esp_err_t HttpdServer::on_stream(httpd_req_t* request) {
  auto& server = *static_cast<HttpdServer*>(request->user_ctx);
  const int socket = httpd_req_to_sockfd(request);
  const SessionRef session = server.find(socket);
  if (!session) return ESP_FAIL;
  if (!session->client) {
    const bool upgraded = httpd_ws_get_fd_info(server.handle_, socket) == HTTPD_WS_CLIENT_WEBSOCKET;
    return upgraded ? ESP_FAIL : server.serve(request);
  }
  return session->on_frame(request);
}

void HttpdServer::open(int socket) {
  // Answers go out in two pieces, head and payload: with Nagle each would wait for the client's
  // delayed acknowledgement of the one before, 40 ms.
  const int on = 1;
  setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  httpd_sess_set_recv_override(
      handle_, socket,
      [](httpd_handle_t server, int from, char* bytes, std::size_t size, int flags) {
        const auto session =
            static_cast<HttpdServer*>(httpd_get_global_user_ctx(server))->find(from);
        return session ? session->receive(bytes, size, flags) : HTTPD_SOCK_ERR_INVALID;
      });
  httpd_sess_set_send_override(
      handle_, socket,
      [](httpd_handle_t server, int to, const char* bytes, std::size_t size, int flags) {
        const auto session = static_cast<HttpdServer*>(httpd_get_global_user_ctx(server))->find(to);
        return session ? session->send_all(bytes, size, flags) : HTTPD_SOCK_ERR_INVALID;
      });
  const std::lock_guard lock(mutex_);
  auto session = std::make_shared<Session>(handle_, socket, services_.clock, limits_);
  session->network = &services_.network;
  session->wake = [this] { wake(); };
  sessions_[socket] = std::move(session);
}

// The server calls this for every connection that ends, however it does, and leaves the socket to
// us.
void HttpdServer::close(int socket) {
  SessionRef session;
  {
    const std::lock_guard lock(mutex_);
    if (auto found = sessions_.extract(socket)) session = std::move(found.mapped());
  }
  if (session) {
    session->over();
    const std::lock_guard lock(services_.network);
    session->client.reset();
  }
  ::close(socket);
}

HttpdServer::SessionRef HttpdServer::find(int socket) {
  const std::lock_guard lock(mutex_);
  const auto found = sessions_.find(socket);
  return found == sessions_.end() ? nullptr : found->second;
}

esp_err_t HttpdServer::serve(httpd_req_t* request) {
  const SessionRef session = find(httpd_req_to_sockfd(request));
  if (!session) return ESP_FAIL;
  HeadCopy head(request);
  if (head.chunked()) {  // the server takes such a body for the next request
    const auto refusal = fail(ErrorCode::kNotImplemented,
                              "this display takes bodies with a Content-Length only: send one");
    static_cast<void>(
        send_response(request, error_response(refusal.error()), head.is_head(), true));
    return ESP_FAIL;
  }
  const RequestHead parsed = head.head();
  auto begun = [&] {
    const std::lock_guard lock(services_.network);
    return services_.api.begin(parsed);
  }();
  if (const auto* refusal = std::get_if<Response>(&begun)) {
    const bool sent = send_response(request, *refusal, head.is_head(), parsed.has_body);
    session->dealt_with();
    return sent && !parsed.has_body ? ESP_OK : ESP_FAIL;
  }
  auto& started = std::get<Started>(begun);
  // esp_http_server never answers Expect: 100-continue, and curl waits a second for it.
  constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
  if (parsed.has_body && head.wants_continue() &&
      httpd_send(request, kContinue.data(), kContinue.size()) < 0)
    return ESP_FAIL;
  if (started.where != Where::kNetwork || parsed.has_body) return hand_over(request, started, head);
  const bool goes_on = serve_exchange(request, *session, std::move(started), head.is_head(),
                                      services_.network, services_.clock, limits_);
  session->dealt_with();
  return goes_on ? ESP_OK : ESP_FAIL;
}

esp_err_t HttpdServer::hand_over(httpd_req_t* request, Started& started, const HeadCopy& head) {
  httpd_req_t* copy = nullptr;
  if (httpd_req_async_handler_begin(request, &copy) != ESP_OK) return ESP_FAIL;
  const int socket = httpd_req_to_sockfd(request);
  Workers::Task task = [this, copy, socket, without_body = head.is_head(),
                        started = std::make_shared<Started>(std::move(started))]() {
    const SessionRef session = find(socket);
    const bool goes_on =
        session && serve_exchange(copy, *session, std::move(*started), without_body,
                                  services_.network, services_.clock, limits_);
    if (session) {
      session->set_in_body(false);
      session->dealt_with();
    }
    httpd_req_async_handler_complete(copy);
    if (!goes_on) httpd_sess_trigger_close(handle_, socket);
  };
  if (services_.workers.post(task)) return ESP_OK;
  const auto busy = fail(ErrorCode::kBusy, "as many uploads as can be are under way: try again");
  static_cast<void>(send_response(copy, error_response(busy.error()), head.is_head(), true));
  httpd_req_async_handler_complete(copy);
  return ESP_FAIL;
}

// Before the server answers the handshake: the only moment at which a stream can be refused, and at
// which its head can still be read. From 5.5.5 and 6.0.2 on the handler is not called for it.
esp_err_t HttpdServer::upgrade(httpd_req_t* request) {
  const SessionRef session = find(httpd_req_to_sockfd(request));
  if (!session) return ESP_FAIL;
  HeadCopy head(request);
  const RequestHead parsed = head.head();
  const std::lock_guard lock(services_.network);
  auto client = services_.api.begin_stream(parsed, port_.for_streams, session);
  if (!client) {
    static_cast<void>(send_response(request, error_response(client.error()), false, true));
    return ESP_FAIL;
  }
  session->client = std::move(*client);
  session->dealt_with();
  return ESP_OK;  // its hello goes as soon as the handshake has been answered
}

void HttpdServer::wake() {
  if (!woken_.exchange(true)) queue_look();
}

// A datagram on the loopback, which is lost when six are on their way: nothing waits for this one,
// the timer's comes in a quarter of a second. (CONFIG_HTTPD_QUEUE_WORK_BLOCKING would lose none,
// but make whoever has something to say wait.)
void HttpdServer::queue_look() {
  static_cast<void>(httpd_queue_work(
      handle_, [](void* self) { static_cast<HttpdServer*>(self)->look_after_all(); }, this));
}

void HttpdServer::look_after_all() {
  woken_ = false;
  if (services_.alive) services_.alive();
  std::vector<std::pair<int, SessionRef>> all;
  {
    const std::lock_guard lock(mutex_);
    all.assign(sessions_.begin(), sessions_.end());
  }
  for (const auto& [socket, session] : all) {
    if (!session->look_after()) httpd_sess_trigger_close(handle_, socket);
  }
}

}  // namespace p3a
