#include "ports/esp32p4/http/request.h"

#include <lwip/sockets.h>

#include <algorithm>
#include <array>
#include <condition_variable>
#include <cstdio>
#include <memory>
#include <optional>

namespace p3a {
namespace {

constexpr std::size_t kPiece = 16 * 1024;
constexpr std::size_t kReadAway = 64 * 1024;  // of a refused body, so that the answer is read
constexpr Micros kMostForAnAnswer = 60s;

std::string_view method_name(int method) {
  switch (method) {
    case HTTP_GET:
      return "GET";
    case HTTP_HEAD:
      return "HEAD";
    case HTTP_POST:
      return "POST";
    case HTTP_PUT:
      return "PUT";
    case HTTP_DELETE:
      return "DELETE";
    case HTTP_OPTIONS:
      return "OPTIONS";
    case HTTP_PATCH:
      return "PATCH";
    default:
      return "?";
  }
}

// "192.0.2.7" of a socket's end; with IPv6 switched on, IPv4 comes as ::ffff:192.0.2.7.
std::string address_text(const sockaddr_storage& address, bool with_port) {
  std::array<char, 64> text{};
  std::uint16_t port = 0;
  bool is_ipv6 = false;
  if (address.ss_family == AF_INET) {
    const auto& four = reinterpret_cast<const sockaddr_in&>(address);
    inet_ntop(AF_INET, &four.sin_addr, text.data(), text.size());
    port = ntohs(four.sin_port);
#if !defined(ESP_PLATFORM) || CONFIG_LWIP_IPV6
  } else if (address.ss_family == AF_INET6) {
    const auto& six = reinterpret_cast<const sockaddr_in6&>(address);
    inet_ntop(AF_INET6, &six.sin6_addr, text.data(), text.size());
    port = ntohs(six.sin6_port);
    is_ipv6 = true;
#endif
  }
  std::string out(text.data());
  constexpr std::string_view kMapped = "::ffff:";
  std::string lower = out;
  std::ranges::transform(lower, lower.begin(), [](char c) {
    return static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  });
  if (lower.starts_with(kMapped) && out.find('.') != std::string::npos) {
    out.erase(0, kMapped.size());
    is_ipv6 = false;
  }
  if (!with_port) return out;
  if (is_ipv6) out = '[' + out + ']';
  return out + ':' + std::to_string(port);
}

std::string end_of(int socket, bool ours) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  if ((ours ? getsockname(socket, generic, &size) : getpeername(socket, generic, &size)) != 0)
    return {};
  return address_text(address, !ours);
}

std::string_view reason_of(int status) {
  switch (status / 100) {
    case 2:
      return status == 202 ? "Accepted" : "OK";
    case 3:
      return "Not Modified";
    case 4:
      return "Refused";
    default:
      return "Error";
  }
}

/// Where the display's answer comes to, on whatever thread.
struct Answer {
  std::mutex mutex;
  std::condition_variable came;
  std::optional<Response> response;

  void give(Response with) {
    const std::lock_guard lock(mutex);
    response = std::move(with);
    came.notify_one();
  }
  Response wait() {
    std::unique_lock lock(mutex);
    if (!came.wait_for(lock, kMostForAnAnswer, [this] { return response.has_value(); }))
      return error_response(
          fail(ErrorCode::kBusy, "the display has not finished this in a minute: try again")
              .error());
    return std::move(*response);
  }
};

/// Runs the exchange's methods where they belong: the network thread is a mutex.
class Caller {
 public:
  Caller(Started started, std::mutex& network) : started_(std::move(started)), network_(network) {}
  ~Caller() {
    run([this] { started_.exchange.reset(); });
  }
  Caller(const Caller&) = delete;
  Caller& operator=(const Caller&) = delete;

  std::optional<Response> on_body(ByteView bytes) {
    std::optional<Response> early;
    run([&] { early = started_.exchange->on_body(bytes); });
    return early;
  }
  Response on_end() {
    const auto answer = std::make_shared<Answer>();
    run([&] {
      started_.exchange->on_end([answer](Response response) { answer->give(std::move(response)); });
    });
    return answer->wait();
  }

 private:
  template <class Work>
  void run(const Work& work) {
    if (started_.where != Where::kNetwork) return work();
    const std::lock_guard lock(network_);
    work();
  }

  Started started_;
  std::mutex& network_;
};

/// The body in pieces, with the patience of the server's limits.
class Body {
 public:
  Body(httpd_req_t* request, Clock& clock, const HttpdLimits& limits)
      : request_(request),
        clock_(clock),
        limits_(limits),
        left_(request->content_len),
        piece_(std::make_unique_for_overwrite<std::uint8_t[]>(kPiece)),
        began_(clock.now()),
        last_(began_) {}

  bool complete() const { return left_ == 0; }
  bool too_slow() const { return too_slow_; }
  /// Empty: the client is gone or too slow.
  ByteView next() {
    for (;;) {
      const int count =
          httpd_req_recv(request_, reinterpret_cast<char*>(piece_.get()), std::min(left_, kPiece));
      const Instant now = clock_.now();
      if (count > 0) {
        left_ -= static_cast<std::size_t>(count);
        received_ += static_cast<std::uint64_t>(count);
        last_ = now;
        too_slow_ = below_rate(now);
        return too_slow_ ? ByteView() : ByteView(piece_.get(), static_cast<std::size_t>(count));
      }
      if (count != HTTPD_SOCK_ERR_TIMEOUT) return {};
      too_slow_ = now - last_ > limits_.body || below_rate(now);
      if (too_slow_) return {};
    }
  }
  void read_away() {
    for (std::size_t away = 0; away < kReadAway && left_ > 0;) {
      const ByteView piece = next();
      if (piece.empty()) return;
      away += piece.size();
    }
  }

 private:
  bool below_rate(Instant now) const {
    const auto micros = static_cast<std::uint64_t>((now - began_).count());
    return now - began_ > limits_.body &&
           received_ * 1'000'000 / micros < limits_.min_bytes_per_second;
  }

  httpd_req_t* request_;
  Clock& clock_;
  const HttpdLimits& limits_;
  std::size_t left_;
  std::unique_ptr<std::uint8_t[]> piece_;
  Instant began_;
  Instant last_;
  std::uint64_t received_ = 0;
  bool too_slow_ = false;
};

}  // namespace

HeadCopy::HeadCopy(httpd_req_t* request)
    : request_(request), method_(method_name(request->method)) {}

std::string_view HeadCopy::header(std::string_view name) {
  const auto known = std::ranges::find(headers_, name, &std::pair<std::string, std::string>::first);
  if (known != headers_.end()) return known->second;
  auto& [key, value] = headers_.emplace_back(name, std::string());
  const std::size_t size = httpd_req_get_hdr_value_len(request_, key.c_str());
  if (size == 0) return {};
  value.resize(size + 1);
  if (httpd_req_get_hdr_value_str(request_, key.c_str(), value.data(), value.size()) != ESP_OK)
    value.clear();
  else
    value.resize(size);
  return value;
}

RequestHead HeadCopy::head() {
  const std::string_view uri(&request_->uri[0]);
  const std::size_t mark = uri.find('?');
  const int socket = httpd_req_to_sockfd(request_);
  RequestHead head;
  head.method = method_;
  head.path = uri.substr(0, mark);
  if (mark != std::string_view::npos) head.query = uri.substr(mark + 1);
  if (!chunked()) head.content_length = request_->content_len;
  head.has_body = chunked() || request_->content_len > 0;
  head.client = end_of(socket, false);
  head.local_address = end_of(socket, true);
  head.header = [this](std::string_view name) { return header(name); };
  return head;
}

bool send_response(httpd_req_t* request, const Response& response, bool without_body,
                   bool then_close) {
  ByteView body;
  if (const auto* text = std::get_if<std::string>(&response.body))
    body = {reinterpret_cast<const std::uint8_t*>(text->data()), text->size()};
  else
    body = std::get<ByteView>(response.body);
  std::string out = "HTTP/1.1 " + std::to_string(response.status) + ' ';
  out.append(reason_of(response.status)).append("\r\nServer: p3a-live\r\nContent-Type: ");
  out.append(response.content_type);
  out += "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n";
  for (const auto& [name, value] : response.headers) out.append(name).append(": " + value + "\r\n");
  out += "X-Content-Type-Options: nosniff\r\n";
  if (then_close) out += "Connection: close\r\n";
  out += "\r\n";
  if (httpd_send(request, out.data(), out.size()) < 0) return false;
  if (without_body || response.status == 304) return true;
  // In pieces, each with the patience of send(): a page of 100 KB over a slow link is no fault.
  for (; !body.empty(); body = body.subspan(std::min(body.size(), kPiece))) {
    const ByteView piece = body.first(std::min(body.size(), kPiece));
    if (httpd_send(request, reinterpret_cast<const char*>(piece.data()), piece.size()) < 0)
      return false;
  }
  return true;
}

bool serve_exchange(httpd_req_t* request, Session& session, Started started, bool without_body,
                    std::mutex& network, Clock& clock, const HttpdLimits& limits) {
  Caller exchange(std::move(started), network);
  session.set_in_body(true);
  Body body(request, clock, limits);
  while (!body.complete()) {
    const ByteView piece = body.next();
    if (piece.empty() && body.too_slow()) {
      const auto slow = fail(ErrorCode::kRequestTimeout,
                             "the body came too slowly: send it again over a better connection");
      static_cast<void>(send_response(request, error_response(slow.error()), without_body, true));
      return false;
    }
    if (piece.empty()) return false;
    if (const auto early = exchange.on_body(piece)) {
      const bool sent = send_response(request, *early, without_body, !body.complete());
      if (body.complete()) return sent;
      body.read_away();
      return false;
    }
  }
  const Response response = exchange.on_end();
  session.set_in_body(false);
  return send_response(request, response, without_body, false);
}

}  // namespace p3a
