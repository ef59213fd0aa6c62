#include "ports/client/beast_transport.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <boost/asio/connect.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket.hpp>
#include <deque>
#include <tuple>

#include "ports/client/display_stream.h"
#include "ports/client/name_lookup.h"
#include "ports/client/steady_clock.h"

namespace p3a::sender {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
namespace websocket = beast::websocket;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr std::size_t kMaxTexts = 16;
constexpr std::size_t kMaxTextBytes = 64 * 1024;  // of one text from the display
// Beast masks into a buffer of this size and sends that: a frame should fit into one.
constexpr std::size_t kWriteBuffer = 256 * 1024;

std::string declined(unsigned status) {
  switch (status) {
    case 400:
      return "The display does not understand (400): if it speaks TLS (http.tls.cert), write "
             "https:// "
             "in front of its address.";
    case 401:
      return "The display wants a token (401): give the one of its auth.token_file.";
    case 403:
      return "The display does not answer to this name (403): use its address, or add the name to "
             "its http.hosts.";
    case 404:
      return "There is no stream at this address (404): is stream.mode off, or is this not a "
             "display?";
    case 503:
      return "The display has as many streams as it takes (503): close one of them.";
    default:
      return "The display refused the stream with HTTP status " + std::to_string(status) + ".";
  }
}

}  // namespace

// One connection. Its handlers keep it alive; dropped, it stays silent.
class BeastTransport::Link : public std::enable_shared_from_this<Link> {
 public:
  Link(asio::io_context& io, TransportEvents** events)
      : events_(events), lookup_(io.get_executor()), patience_(io), ws_(io) {}

  void start(const Destination& destination, Micros patience);
  bool ready() const { return open_ && !writing_frame_; }
  void send_frame(ByteView head, ByteView payload);
  void send_text(std::string_view text);
  void say_farewell();
  bool closed() const { return dropped_; }
  void drop();

 private:
  using Self = std::shared_ptr<Link>;

  void connect(const tcp::resolver::results_type& endpoints);
  void connected();
  void upgrade();
  void read();
  void write_next();
  void fail(const std::string& why);

  TransportEvents** events_;  // set while poll() runs, and only then do handlers run
  NameLookup lookup_;
  asio::steady_timer patience_;
  websocket::stream<DisplayStream> ws_;
  Destination destination_;
  websocket::response_type answer_;
  beast::flat_buffer incoming_{kMaxTextBytes};
  bool open_ = false;
  bool dropped_ = false;
  bool writing_ = false;        // anything
  bool writing_frame_ = false;  // a frame is being written or waits for a text
  bool frame_waits_ = false;
  std::array<std::uint8_t, 64> head_{};
  std::array<asio::const_buffer, 2> frame_;
  std::deque<std::string> texts_;
};

void BeastTransport::Link::start(const Destination& destination, Micros patience) {
  destination_ = destination;
  patience_.expires_after(patience);
  patience_.async_wait([self = shared_from_this()](error_code error) {
    if (!error) self->fail("The display does not answer at " + self->destination_.host + ".");
  });
  error_code not_literal;
  const auto address = asio::ip::make_address(destination.host, not_literal);
  if (!not_literal) {
    const tcp::endpoint endpoint(address, destination.port);
    return connect(tcp::resolver::results_type::create(endpoint, destination.host, ""));
  }
  lookup_.start(destination.host, destination.port,
                [self = shared_from_this()](error_code error, const auto& endpoints) {
                  if (self->dropped_) return;
                  if (!error) return self->connect(endpoints);
                  self->fail("There is no machine of the name " + self->destination_.host + " (" +
                             error.message() + "): check the name, or use the address.");
                });
}

void BeastTransport::Link::connect(const tcp::resolver::results_type& endpoints) {
  asio::async_connect(ws_.next_layer().socket(), endpoints,
                      [self = shared_from_this()](error_code error, const auto&) {
                        if (self->dropped_) return;
                        if (!error) return self->connected();
                        self->fail("No display was reached at " + self->destination_.host + ":" +
                                   std::to_string(self->destination_.port) + " (" +
                                   error.message() + ").");
                      });
}

void BeastTransport::Link::connected() {
  error_code ignored;
  auto& socket = ws_.next_layer().socket();
  std::ignore = socket.set_option(tcp::no_delay(true), ignored);
  if (destination_.send_buffer_bytes != 0) {
    const auto bytes = static_cast<int>(destination_.send_buffer_bytes);
    std::ignore = socket.set_option(asio::socket_base::send_buffer_size(bytes), ignored);
  }
  if (!destination_.tls) return upgrade();
  ws_.next_layer().start_tls(destination_, [self = shared_from_this()](const std::string& why) {
    if (self->dropped_) return;
    if (!why.empty()) return self->fail(why);
    self->upgrade();
  });
}

void BeastTransport::Link::upgrade() {
  ws_.auto_fragment(false);
  ws_.write_buffer_bytes(kWriteBuffer);
  ws_.read_message_max(kMaxTextBytes);
  ws_.secure_prng(false);  // the mask guards proxies against what browsers run; nothing runs here
  ws_.set_option(websocket::stream_base::decorator([token = destination_.token](auto& request) {
    request.set(http::field::user_agent, "p3a");
    if (!token.empty()) request.set(http::field::authorization, "Bearer " + token);
  }));
  const bool v6 = destination_.host.find(':') != std::string::npos;
  const std::string host = (v6 ? "[" + destination_.host + "]" : destination_.host) +
                           (destination_.port == (destination_.tls ? 443 : 80)
                                ? ""
                                : ":" + std::to_string(destination_.port));
  ws_.async_handshake(answer_, host, destination_.path,
                      [self = shared_from_this()](error_code error) {
                        if (self->dropped_) return;
                        if (error == websocket::error::upgrade_declined) {
                          const unsigned status = self->answer_.result_int();
                          self->drop();
                          return (*self->events_)->on_declined(status, declined(status));
                        }
                        if (error)
                          return self->fail("The display broke off (" + error.message() + ").");
                        self->patience_.cancel();
                        self->open_ = true;
                        self->read();
                        (*self->events_)->on_open();
                      });
}

void BeastTransport::Link::read() {
  ws_.async_read(incoming_, [self = shared_from_this()](error_code error, std::size_t) {
    if (self->dropped_) return;
    if (error == websocket::error::closed) {
      const auto& reason = self->ws_.reason();
      return self->fail("The display closed the stream (" + std::to_string(reason.code) + " " +
                        std::string(reason.reason.data(), reason.reason.size()) + ").");
    }
    if (error) return self->fail("The connection to the display broke (" + error.message() + ").");
    const auto bytes = self->incoming_.cdata();
    if (self->ws_.got_text()) {
      (*self->events_)->on_text({static_cast<const char*>(bytes.data()), bytes.size()});
    } else {
      (*self->events_)->on_binary({static_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
    }
    self->incoming_.clear();
    if (!self->dropped_) self->read();
  });
}

void BeastTransport::Link::send_frame(ByteView head, ByteView payload) {
  std::copy(head.begin(), head.end(), head_.begin());
  frame_ = {asio::const_buffer(head_.data(), head.size()),
            asio::const_buffer(payload.data(), payload.size())};
  writing_frame_ = frame_waits_ = true;
  if (!writing_) write_next();
}

void BeastTransport::Link::send_text(std::string_view text) {
  if (!open_ || texts_.size() >= kMaxTexts) return;
  texts_.emplace_back(text);
  if (!writing_) write_next();
}

// Texts first: they are small, and pings measure.
void BeastTransport::Link::write_next() {
  writing_ = true;
  if (!texts_.empty()) {
    ws_.text(true);
    ws_.async_write(asio::buffer(texts_.front()),
                    [self = shared_from_this()](error_code error, std::size_t) {
                      self->writing_ = false;
                      self->texts_.pop_front();
                      if (error || self->dropped_) return;  // reading tells what happened
                      if (!self->texts_.empty() || self->frame_waits_) self->write_next();
                    });
    return;
  }
  frame_waits_ = false;
  ws_.binary(true);
  ws_.async_write(frame_, [self = shared_from_this()](error_code error, std::size_t) {
    self->writing_ = false;
    if (error || self->dropped_) return;
    self->writing_frame_ = false;
    if (!self->texts_.empty()) self->write_next();
  });
}

void BeastTransport::Link::say_farewell() {
  if (!open_ || dropped_) return drop();
  ws_.async_close(websocket::close_code::normal,
                  [self = shared_from_this()](error_code) { self->drop(); });
}

void BeastTransport::Link::drop() {
  dropped_ = true;
  open_ = false;
  patience_.cancel();
  lookup_.cancel();
  error_code ignored;
  std::ignore = ws_.next_layer().socket().close(ignored);
}

void BeastTransport::Link::fail(const std::string& why) {
  if (dropped_) return;
  drop();
  (*events_)->on_closed(why);
}

struct BeastTransport::State {
  asio::io_context io{1};
  asio::executor_work_guard<asio::io_context::executor_type> work{io.get_executor()};
  TransportEvents* events = nullptr;
  std::atomic<bool> woken{false};
  std::shared_ptr<Link> link;
};

BeastTransport::BeastTransport() : state_(std::make_unique<State>()) {}
BeastTransport::~BeastTransport() { close(Micros{}); }

void BeastTransport::connect(const Destination& destination, Micros patience) {
  close(Micros{});
  state_->link = std::make_shared<Link>(state_->io, &state_->events);
  state_->link->start(destination, patience);
}

bool BeastTransport::ready() const { return state_->link && state_->link->ready(); }

void BeastTransport::send_frame(ByteView head, ByteView payload) {
  state_->link->send_frame(head, payload);
}

void BeastTransport::send_text(std::string_view text) {
  if (state_->link) state_->link->send_text(text);
}

void BeastTransport::poll(Instant until, TransportEvents& events) {
  state_->events = &events;
  state_->io.restart();
  // A wake() before restart() is seen here; one after it stops the run.
  if (!state_->woken.exchange(false)) state_->io.run_one_until(to_steady(until));
  state_->io.poll();
  state_->woken.store(false);
  state_->events = nullptr;
}

void BeastTransport::wake() {
  state_->woken.store(true);
  state_->io.stop();
}

namespace {
struct Deaf final : TransportEvents {
  void on_open() override {}
  void on_text(std::string_view) override {}
  void on_closed(std::string_view) override {}
};
}  // namespace

void BeastTransport::close(Micros farewell) {
  const auto link = std::exchange(state_->link, nullptr);
  if (!link) return;
  if (farewell > Micros{}) {
    Deaf nobody;
    state_->events = &nobody;
    link->say_farewell();
    const auto until = std::chrono::steady_clock::now() + farewell;
    state_->io.restart();
    while (!link->closed() && state_->io.run_one_until(until) > 0) {
    }
    state_->events = nullptr;
  }
  link->drop();
}

}  // namespace p3a::sender
