#include "ports/esp32p4/http/session.h"

#include <lwip/sockets.h>
#include <sys/select.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

namespace p3a {
namespace {

constexpr std::size_t kMaxControl = 125;  // RFC 6455, section 5.5
constexpr std::size_t kShortText = 512;
constexpr std::uint16_t kProtocolError = 1002;
constexpr std::uint16_t kPolicyViolation = 1008;
constexpr std::uint16_t kTooBig = 1009;

}  // namespace

Session::Session(httpd_handle_t server, int socket, Clock& clock, const HttpdLimits& limits)
    : server_(server),
      socket_(socket),
      clock_(clock),
      limits_(limits),
      begun_(clock.now()),
      heard_(begun_),
      pinged_(begun_) {}

bool Session::wait_for(bool readable, Micros at_most) const {
  fd_set set;
  FD_ZERO(&set);
  FD_SET(socket_, &set);
  timeval time{};
  const auto micros = std::max(at_most, Micros(0)).count();
  time.tv_sec = static_cast<decltype(time.tv_sec)>(micros / 1'000'000);
  time.tv_usec = static_cast<decltype(time.tv_usec)>(micros % 1'000'000);
  return select(socket_ + 1, readable ? &set : nullptr, readable ? nullptr : &set, nullptr, &time) >
         0;
}

// recv_wait_timeout alone would not do: it begins anew with every byte, and one that sends a byte a
// second held all others for as long as it liked.
int Session::receive(char* bytes, std::size_t size, int flags) {
  const Instant now = clock_.now();
  if (!since_) since_ = now;
  const Micros patience = in_body_ ? Micros(1s) : client ? limits_.message : limits_.head;
  const Micros left = in_body_ ? patience : *since_ + patience - now;
  if (left <= Micros(0) || !wait_for(true, left)) return HTTPD_SOCK_ERR_TIMEOUT;
  const auto count = recv(socket_, bytes, size, flags);
  if (count >= 0) return static_cast<int>(count);
  return errno == EAGAIN || errno == EINTR ? HTTPD_SOCK_ERR_TIMEOUT : HTTPD_SOCK_ERR_FAIL;
}

// The server does not look at how much of a frame's head was sent: all or an error.
int Session::send_all(const char* bytes, std::size_t size, int flags) {
  const Instant until = clock_.now() + limits_.send;
  for (std::size_t sent = 0; sent < size;) {
    if (!wait_for(false, until - clock_.now())) return HTTPD_SOCK_ERR_TIMEOUT;
    const auto count =
        send(socket_, bytes + sent, size - sent, flags | MSG_DONTWAIT | MSG_NOSIGNAL);
    if (count > 0) {
      sent += static_cast<std::size_t>(count);
    } else if (count < 0 && errno != EAGAIN && errno != EINTR) {
      return HTTPD_SOCK_ERR_FAIL;
    }
  }
  return static_cast<int>(size);
}

// Asked with max_len 0, the server tells what comes and leaves the payload on the wire.
esp_err_t Session::on_frame(httpd_req_t* request) {
  heard_ = clock_.now();
  httpd_ws_frame_t frame{};
  if (httpd_ws_recv_frame(request, &frame, 0) != ESP_OK) return ESP_FAIL;
  handling_ = true;
  const auto opcode = static_cast<unsigned>(frame.type);
  const esp_err_t done = (opcode & 8) != 0 ? on_control(request, frame) : on_data(request, frame);
  dealt_with();
  handling_ = false;
  // What is to be sent goes here as well: the work queued for it may be lost.
  return flush() ? done : ESP_FAIL;
}

// handle_ws_control_frames is set, since with the server's own handling a PONG's rest stays unread
// in 5.5.4 and every later frame is read from its middle.
esp_err_t Session::on_control(httpd_req_t* request, httpd_ws_frame_t& frame) {
  if (!frame.final || frame.len > kMaxControl)
    return protocol_error("control frames are whole and short");
  std::array<std::uint8_t, kMaxControl> payload;
  frame.payload = payload.data();
  // A second call for an empty frame would read the head of the next one.
  if (frame.len > 0 && httpd_ws_recv_frame(request, &frame, payload.size()) != ESP_OK)
    return ESP_FAIL;
  std::string bytes(reinterpret_cast<const char*>(payload.data()), frame.len);
  switch (frame.type) {
    case HTTPD_WS_TYPE_PING:
      put(HTTPD_WS_TYPE_PONG, std::move(bytes));
      return ESP_OK;
    case HTTPD_WS_TYPE_PONG:
      return ESP_OK;
    case HTTPD_WS_TYPE_CLOSE:
      put(HTTPD_WS_TYPE_CLOSE, bytes.substr(0, 2));  // the same code back, once
      static_cast<void>(flush());
      return ESP_FAIL;
    default:  // reserved opcodes reach us unfiltered
      return protocol_error("this opcode means nothing");
  }
}

// A length above 2^32 was cut to 32 bits by the server: what follows is read as a head, which is
// wrong soon, and the connection goes. Any error here leaves the stream out of step: it goes, too.
esp_err_t Session::on_data(httpd_req_t* request, httpd_ws_frame_t& frame) {
  const bool goes_on = frame.type == HTTPD_WS_TYPE_CONTINUE;
  const bool begins = frame.type == HTTPD_WS_TYPE_TEXT || frame.type == HTTPD_WS_TYPE_BINARY;
  if ((!goes_on && !begins) || goes_on != message_.has_value())
    return protocol_error("this frame does not belong here");
  std::array<std::uint8_t, kShortText> short_text;
  // A short text needs no frame's buffer: those are few.
  const bool is_short =
      frame.type == HTTPD_WS_TYPE_TEXT && frame.final && frame.len <= short_text.size();
  ByteSpan room;
  {
    const std::lock_guard lock(*network);
    room = is_short ? ByteSpan(short_text) : client->buffer().subspan(begins ? 0 : filled_);
    if (frame.len > room.size()) {
      client->on_oversize();
      close(kTooBig, "the frame is larger than the limit in hello");
      static_cast<void>(flush());
      return ESP_FAIL;
    }
  }
  frame.payload = room.data();
  if (frame.len > 0 && httpd_ws_recv_frame(request, &frame, frame.len) != ESP_OK) return ESP_FAIL;
  if (begins) {
    message_ = frame.type;
    filled_ = 0;
  }
  filled_ += frame.len;
  if (!frame.final) return ESP_OK;
  const std::lock_guard lock(*network);
  return finish_message(is_short ? room.first(filled_) : client->buffer().first(filled_));
}

esp_err_t Session::finish_message(ByteView message) {
  const auto type = std::exchange(message_, std::nullopt);
  if (type == HTTPD_WS_TYPE_BINARY) {
    client->on_binary(message.size());
  } else {
    client->on_text({reinterpret_cast<const char*>(message.data()), message.size()});
  }
  return ESP_OK;
}

esp_err_t Session::protocol_error(std::string_view reason) {
  close(kProtocolError, reason);
  static_cast<void>(flush());
  return ESP_FAIL;
}

void Session::send_text(std::string json) { put(HTTPD_WS_TYPE_TEXT, std::move(json)); }

void Session::send_binary(std::string bytes) { put(HTTPD_WS_TYPE_BINARY, std::move(bytes)); }

void Session::close(std::uint16_t code, std::string_view reason) {
  std::string bytes{static_cast<char>(code >> 8), static_cast<char>(code & 0xFF)};
  bytes += reason.substr(0, kMaxControl - 2);
  put(HTTPD_WS_TYPE_CLOSE, std::move(bytes));
}

void Session::put(httpd_ws_type_t type, std::string bytes) {
  const std::lock_guard lock(mutex_);
  const bool is_message = type == HTTPD_WS_TYPE_TEXT || type == HTTPD_WS_TYPE_BINARY;
  if (over_ || closing_ || (is_message && outbox_bytes_ + bytes.size() > limits_.outbox_bytes))
    return;
  // Answers to a flood of pings are no reason to grow.
  if (!is_message && outbox_bytes_ + bytes.size() > limits_.outbox_bytes + 4 * kMaxControl) return;
  closing_ = type == HTTPD_WS_TYPE_CLOSE;
  outbox_bytes_ += bytes.size();
  outbox_.push_back({type, std::move(bytes)});
  if (wake && !handling_) wake();
}

bool Session::send_frame(const Waiting& waiting) {
  httpd_ws_frame_t frame{};
  frame.final = true;
  frame.type = waiting.type;
  frame.len = waiting.bytes.size();
  frame.payload = reinterpret_cast<std::uint8_t*>(const_cast<char*>(waiting.bytes.data()));
  return httpd_ws_send_frame_async(server_, socket_, &frame) == ESP_OK;
}

// A socket that takes nothing now is left alone; its text waits, and the oldest limit is the
// outbox's.
bool Session::flush() {
  // Before the handshake has been answered there is no frame to send.
  if (httpd_ws_get_fd_info(server_, socket_) != HTTPD_WS_CLIENT_WEBSOCKET) return true;
  for (;;) {
    Waiting next;
    {
      const std::lock_guard lock(mutex_);
      if (over_ || outbox_.empty()) return true;
      if (!wait_for(false, Micros(0))) return true;
      next = std::move(outbox_.front());
      outbox_.pop_front();
      outbox_bytes_ -= next.bytes.size();
    }
    if (!send_frame(next) || next.type == HTTPD_WS_TYPE_CLOSE) return false;
  }
}

bool Session::is_stranger() const {
  const std::lock_guard lock(*network);
  return !client->admitted();
}

bool Session::look_after() {
  if (!client) return true;
  const Instant now = clock_.now();
  if (now - heard_ > limits_.silent) return false;
  if (now - begun_ > limits_.token && is_stranger()) {
    close(kPolicyViolation, "more than 10 s without the token");
    static_cast<void>(flush());
    return false;
  }
  if (now - pinged_ >= limits_.ping_every) {
    pinged_ = now;
    put(HTTPD_WS_TYPE_PING, {});
  }
  return flush();
}

void Session::over() {
  const std::lock_guard lock(mutex_);
  over_ = true;
  outbox_.clear();
}

}  // namespace p3a
