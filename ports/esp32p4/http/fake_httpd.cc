#include "ports/esp32p4/http/fake_httpd.h"

#include <esp_timer.h>
#include <fcntl.h>
#include <lwip/sockets.h>
#include <sys/ioctl.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

namespace {

struct Connection {
  httpd_recv_func_t receive = nullptr;
  httpd_send_func_t send = nullptr;
  bool websocket = false;
  bool close = false;
  bool async = false;
  httpd_uri_t route{};
};

struct Server {
  httpd_config_t config{};
  std::vector<httpd_uri_t> routes;
  std::map<int, Connection> connections;
};

struct Request {
  httpd_req_t request{};
  std::map<std::string, std::string> headers;  // names in lower case
  bool handed_over = false;                    // to a worker, which has a copy
  std::size_t body_left = 0;
  int socket = -1;
  // Of the frame whose head has been read.
  std::optional<std::array<std::uint8_t, 4>> mask;
  std::size_t payload_left = 0;
};

std::recursive_mutex mutex;
std::unique_ptr<Server> server;
std::deque<std::pair<httpd_work_fn_t, void*>> work;
int to_lose = 0;
std::atomic<int> async_requests = 0;
std::map<esp_timer_handle_t, esp_timer_create_args_t> timers;
std::intptr_t next_timer = 1;

Request& of(httpd_req_t* request) { return *static_cast<Request*>(request->aux); }

Connection& connection_of(int socket) {
  const std::lock_guard lock(mutex);
  return server->connections.at(socket);
}

int read_some(int socket, char* bytes, std::size_t size) {
  return connection_of(socket).receive(server.get(), socket, bytes, size, 0);
}

bool read_all(int socket, char* bytes, std::size_t size) {
  while (size > 0) {
    const int count = read_some(socket, bytes, size);
    if (count <= 0) return false;
    bytes += count;
    size -= static_cast<std::size_t>(count);
  }
  return true;
}

bool readable(int socket) {
  int count = 0;
  ioctl(socket, FIONREAD, &count);
  if (count > 0) return true;
  char byte = 0;
  return recv(socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;  // closed by the client
}

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](char c) {
    return static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  });
  return text;
}

std::optional<int> method_of(const std::string& name) {
  const std::map<std::string, int> known{{"GET", HTTP_GET},
                                         {"HEAD", HTTP_HEAD},
                                         {"POST", HTTP_POST},
                                         {"PUT", HTTP_PUT},
                                         {"DELETE", HTTP_DELETE}};
  const auto found = known.find(name);
  return found == known.end() ? std::nullopt : std::optional(found->second);
}

bool read_head(Request& out) {
  std::string head;
  char byte = 0;
  while (!head.ends_with("\r\n\r\n")) {
    if (read_some(out.socket, &byte, 1) != 1) return false;
    head += byte;
  }
  const auto line = head.substr(0, head.find("\r\n"));
  const auto space = line.find(' ');
  const auto method = method_of(line.substr(0, space));
  if (!method) return false;
  out.request.method = *method;
  const auto uri = line.substr(space + 1, line.rfind(' ') - space - 1);
  std::memcpy(const_cast<char*>(&out.request.uri[0]), uri.c_str(), uri.size() + 1);
  for (std::size_t at = line.size() + 2; at + 2 < head.size();) {
    const auto end = head.find("\r\n", at);
    const auto colon = head.find(": ", at);
    out.headers[lower(head.substr(at, colon - at))] = head.substr(colon + 2, end - colon - 2);
    at = end + 2;
  }
  if (out.headers.contains("content-length"))
    out.body_left = out.request.content_len = std::stoul(out.headers["content-length"]);
  return true;
}

bool serve_http(int socket) {
  auto request = std::make_unique<Request>();
  request->socket = socket;
  request->request.aux = request.get();
  request->request.handle = server.get();
  if (!read_head(*request)) return false;
  const std::string uri(&request->request.uri[0]);
  const std::string path = uri.substr(0, uri.find('?'));
  for (const httpd_uri_t& route : server->routes) {
    const std::string pattern = route.uri;
    if (static_cast<int>(route.method) != request->request.method) continue;
    if (pattern != path && pattern != "/*") continue;
    request->request.user_ctx = route.user_ctx;
    if (route.is_websocket && request->headers.contains("sec-websocket-key")) {
      if (route.ws_pre_handshake_cb(&request->request) != ESP_OK) return false;
      const std::string answer = "HTTP/1.1 101 Switching Protocols\r\n\r\n";
      connection_of(socket).send(server.get(), socket, answer.data(), answer.size(), 0);
      connection_of(socket).websocket = true;
      connection_of(socket).route = route;
      return true;  // from 5.5.5 and 6.0.2 on, no call of the handler
    }
    const bool goes_on = route.handler(&request->request) == ESP_OK;
    if (goes_on && !request->handed_over) {  // a quick worker has answered by now
      std::string rest(request->body_left, '\0');
      return read_all(socket, rest.data(), rest.size());
    }
    return goes_on;
  }
  return false;
}

bool serve_frame(int socket) {
  Request request;
  request.socket = socket;
  request.request.aux = &request;
  request.request.handle = server.get();
  request.request.user_ctx = connection_of(socket).route.user_ctx;
  return connection_of(socket).route.handler(&request.request) == ESP_OK;
}

void end(int socket) {
  server->config.close_fn(server.get(), socket);
  server->connections.erase(socket);
}

bool serve_once() {
  for (auto& [socket, connection] : server->connections) {
    if (connection.async) continue;
    if (!connection.close && !readable(socket)) continue;
    const bool goes_on =
        !connection.close && (connection.websocket ? serve_frame(socket) : serve_http(socket));
    if (!goes_on) end(socket);
    return true;
  }
  return false;
}

}  // namespace

extern "C" {

esp_err_t httpd_start(httpd_handle_t* handle, const httpd_config_t* config) {
  const std::lock_guard lock(mutex);
  server = std::make_unique<Server>();
  server->config = *config;
  work.clear();
  *handle = server.get();
  return ESP_OK;
}

esp_err_t httpd_stop(httpd_handle_t) {
  const std::lock_guard lock(mutex);
  while (!server->connections.empty()) end(server->connections.begin()->first);
  server->config.global_user_ctx_free_fn(server->config.global_user_ctx);
  server.reset();
  work.clear();
  return ESP_OK;
}

esp_err_t httpd_register_uri_handler(httpd_handle_t, const httpd_uri_t* uri_handler) {
  if (server->routes.size() == server->config.max_uri_handlers) return ESP_FAIL;
  server->routes.push_back(*uri_handler);
  return ESP_OK;
}

bool httpd_uri_match_wildcard(const char*, const char*, size_t) { return false; }

void* httpd_get_global_user_ctx(httpd_handle_t) { return server->config.global_user_ctx; }

esp_err_t httpd_sess_set_recv_override(httpd_handle_t, int sockfd, httpd_recv_func_t recv_func) {
  connection_of(sockfd).receive = recv_func;
  return ESP_OK;
}

esp_err_t httpd_sess_set_send_override(httpd_handle_t, int sockfd, httpd_send_func_t send_func) {
  connection_of(sockfd).send = send_func;
  return ESP_OK;
}

esp_err_t httpd_sess_trigger_close(httpd_handle_t, int sockfd) {
  const std::lock_guard lock(mutex);
  const auto found = server->connections.find(sockfd);
  if (found != server->connections.end()) found->second.close = true;
  return ESP_OK;
}

int httpd_req_to_sockfd(httpd_req_t* r) { return of(r).socket; }

size_t httpd_req_get_hdr_value_len(httpd_req_t* r, const char* field) {
  const auto found = of(r).headers.find(lower(field));
  return found == of(r).headers.end() ? 0 : found->second.size();
}

esp_err_t httpd_req_get_hdr_value_str(httpd_req_t* r, const char* field, char* val,
                                      size_t val_size) {
  const std::string& value = of(r).headers.at(lower(field));
  if (val_size <= value.size()) return ESP_FAIL;
  std::memcpy(val, value.c_str(), value.size() + 1);
  return ESP_OK;
}

int httpd_req_recv(httpd_req_t* r, char* buf, size_t buf_len) {
  Request& request = of(r);
  const std::size_t size = std::min(buf_len, request.body_left);
  if (size == 0) return 0;
  const int count = read_some(request.socket, buf, size);
  if (count > 0) request.body_left -= static_cast<std::size_t>(count);
  return count;
}

int httpd_send(httpd_req_t* r, const char* buf, size_t buf_len) {
  return connection_of(of(r).socket).send(server.get(), of(r).socket, buf, buf_len, 0);
}

esp_err_t httpd_req_async_handler_begin(httpd_req_t* r, httpd_req_t** out) {
  const std::lock_guard lock(mutex);
  auto copy = std::make_unique<Request>(of(r));
  copy->request.aux = copy.get();
  *out = &copy.release()->request;
  of(r).handed_over = true;
  connection_of(of(r).socket).async = true;
  ++async_requests;
  return ESP_OK;
}

esp_err_t httpd_req_async_handler_complete(httpd_req_t* r) {
  const std::lock_guard lock(mutex);
  const std::unique_ptr<Request> request(&of(r));
  connection_of(request->socket).async = false;
  --async_requests;
  return ESP_OK;
}

esp_err_t httpd_queue_work(httpd_handle_t, httpd_work_fn_t function, void* arg) {
  const std::lock_guard lock(mutex);
  if (to_lose > 0)
    --to_lose;
  else
    work.emplace_back(function, arg);
  return ESP_OK;  // it never knows
}

httpd_ws_client_info_t httpd_ws_get_fd_info(httpd_handle_t, int fd) {
  const std::lock_guard lock(mutex);
  const auto found = server->connections.find(fd);
  if (found == server->connections.end()) return HTTPD_WS_CLIENT_INVALID;
  return found->second.websocket ? HTTPD_WS_CLIENT_WEBSOCKET : HTTPD_WS_CLIENT_HTTP;
}

esp_err_t httpd_ws_recv_frame(httpd_req_t* r, httpd_ws_frame_t* pkt, size_t max_len) {
  Request& request = of(r);
  if (!request.mask || max_len == 0 || request.payload_left == 0) {  // a head comes next
    std::array<std::uint8_t, 8> bytes{};
    const auto read = [&](std::size_t size) {
      return read_all(request.socket, reinterpret_cast<char*>(bytes.data()), size);
    };
    if (!read(2)) return ESP_FAIL;
    pkt->final = (bytes[0] & 0x80) != 0;
    pkt->type = static_cast<httpd_ws_type_t>(bytes[0] & 0x0F);
    if ((bytes[1] & 0x80) == 0) return ESP_FAIL;
    std::uint64_t size = bytes[1] & 0x7F;
    if (const std::size_t more = size == 126 ? 2 : size == 127 ? 8 : 0; more > 0) {
      if (!read(more)) return ESP_FAIL;
      size = 0;
      for (std::size_t i = 0; i < more; ++i) size = size << 8 | bytes[i];
    }
    if (!read(4)) return ESP_FAIL;
    request.mask = {bytes[0], bytes[1], bytes[2], bytes[3]};
    pkt->len = request.payload_left = static_cast<std::uint32_t>(size);
    if (max_len == 0) return ESP_OK;
  }
  if (pkt->len > max_len) return ESP_ERR_INVALID_SIZE;
  if (!read_all(request.socket, reinterpret_cast<char*>(pkt->payload), pkt->len)) return ESP_FAIL;
  for (std::size_t i = 0; i < pkt->len; ++i)
    pkt->payload[i] = static_cast<std::uint8_t>(pkt->payload[i] ^ (*request.mask)[i % 4]);
  request.payload_left = 0;
  return ESP_OK;
}

esp_err_t httpd_ws_send_frame_async(httpd_handle_t hd, int fd, httpd_ws_frame_t* frame) {
  std::string head{static_cast<char>(0x80 | static_cast<int>(frame->type))};
  if (frame->len < 126) {
    head += static_cast<char>(frame->len);
  } else {
    head += static_cast<char>(126);
    head += static_cast<char>(frame->len >> 8);
    head += static_cast<char>(frame->len & 0xFF);
  }
  Connection& connection = connection_of(fd);
  if (connection.send(hd, fd, head.data(), head.size(), 0) < 0) return ESP_FAIL;
  if (frame->len > 0 &&
      connection.send(hd, fd, reinterpret_cast<const char*>(frame->payload), frame->len, 0) < 0)
    return ESP_FAIL;
  return ESP_OK;
}

esp_err_t esp_timer_create(const esp_timer_create_args_t* args, esp_timer_handle_t* out_handle) {
  *out_handle =
      reinterpret_cast<esp_timer_handle_t>(next_timer++);  // NOLINT(performance-no-int-to-ptr)
  timers[*out_handle] = *args;
  return ESP_OK;
}
esp_err_t esp_timer_start_periodic(esp_timer_handle_t, uint64_t) { return ESP_OK; }
esp_err_t esp_timer_stop(esp_timer_handle_t) { return ESP_OK; }
esp_err_t esp_timer_delete(esp_timer_handle_t timer) {
  timers.erase(timer);
  return ESP_OK;
}

}  // extern "C"

namespace p3a::fake_httpd {

Client::Client(httpd_handle_t to) : server_(to) {
  std::array<int, 2> pair{};
  socketpair(AF_UNIX, SOCK_STREAM, 0, pair.data());
  socket_ = pair[0];
  server_socket_ = pair[1];
  fcntl(socket_, F_SETFL, O_NONBLOCK);
  const std::lock_guard lock(mutex);
  server->connections[server_socket_] = {};
  server->config.open_fn(server_, server_socket_);
}

Client::~Client() { ::close(socket_); }

void Client::send(std::string_view bytes) const {
  ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
}

std::string Client::received() {
  std::string out;
  std::array<char, 4096> piece;
  for (;;) {
    const auto count = recv(socket_, piece.data(), piece.size(), 0);
    if (count <= 0) return out;
    out.append(piece.data(), static_cast<std::size_t>(count));
  }
}

bool Client::closed() const {
  char byte = 0;
  return recv(socket_, &byte, 1, MSG_PEEK) == 0;
}

void Client::shrink_buffers() const {
  const int size = 1;
  setsockopt(server_socket_, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
  setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
}

void pump(httpd_handle_t) {
  for (;;) {
    std::pair<httpd_work_fn_t, void*> next{};
    {
      const std::lock_guard lock(mutex);
      if (!work.empty()) {
        next = work.front();
        work.pop_front();
      }
    }
    if (next.first != nullptr)
      next.first(next.second);
    else if (!serve_once())
      return;
  }
}

httpd_handle_t started() { return server.get(); }
void lose_work(int pieces) { to_lose = pieces; }
int under_way() { return async_requests; }
void tick() {
  for (const auto& [handle, args] : timers) args.callback(args.arg);
}

std::string frame(int opcode, std::string_view payload, bool final) {
  std::string out{static_cast<char>((final ? 0x80 : 0) | opcode)};
  if (payload.size() < 126) {
    out += static_cast<char>(0x80 | payload.size());
  } else {
    out += static_cast<char>(0x80 | 127);
    for (int shift = 56; shift >= 0; shift -= 8)
      out += static_cast<char>(payload.size() >> static_cast<unsigned>(shift));
  }
  const std::string mask = "\x11\x22\x33\x44";
  out += mask;
  for (std::size_t i = 0; i < payload.size(); ++i)
    out += static_cast<char>(payload[i] ^ mask[i % 4]);
  return out;
}

std::string upgrade_request(std::string_view path, std::string_view more) {
  return "GET " + std::string(path) +
         " HTTP/1.1\r\nHost: p3a.local\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
         "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n" +
         std::string(more) + "\r\n";
}

}  // namespace p3a::fake_httpd
