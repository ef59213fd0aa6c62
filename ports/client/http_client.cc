#include "ports/client/http_client.h"

#include <algorithm>
#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <optional>
#include <stdexcept>
#include <tuple>

#include "ports/client/display_stream.h"
#include "ports/client/name_lookup.h"
#include "sender/json_object.h"

namespace p3a::sender {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr std::size_t kPiece = 64 * 1024;        // of a body, sent at a time
constexpr std::size_t kLargestAnswer = 1 << 20;  // status and errors are a few kilobytes

std::size_t size_of(const std::vector<ByteView>& body) {
  std::size_t size = 0;
  for (const ByteView piece : body) size += piece.size();
  return size;
}

Reply no_answer(const char* code, std::string why) {
  return {.code = code, .error = std::move(why)};
}

struct TlsFailed : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// What the display's envelope says; a server that is no display gets a sentence of ours.
Reply read_answer(unsigned status, std::string body) {
  Reply reply{.ok = status / 100 == 2, .http_status = static_cast<int>(status)};
  const auto json = JsonObject::parse(body);
  if (json) reply.ok = reply.ok && json->flag("ok").value_or(true);
  if (!reply.ok) {
    if (json) reply.code = json->text("code").value_or("");
    if (json) reply.error = json->text("error").value_or("");
    if (reply.code.empty()) reply.code = "HTTP_" + std::to_string(status);
    if (reply.error.empty()) {
      reply.error = "The answer was HTTP status " + std::to_string(status) +
                    ": is there a display at this address?";
    }
  }
  reply.json = std::move(body);
  return reply;
}

}  // namespace

struct HttpClient::State {
  explicit State(Destination to) : destination(std::move(to)) {}

  asio::awaitable<NameLookup::Results> look_up(Micros at_most);
  asio::awaitable<void> connect(Micros at_most);
  asio::awaitable<void> shake_hands();
  asio::awaitable<void> send(const HttpRequest& request, const Display::Progress& progress);
  asio::awaitable<Reply> ask(const HttpRequest& request, const Display::Progress& progress);
  void patience(Micros time);
  bool still_there();

  Destination destination;
  std::atomic<bool> cancelled{false};
  asio::io_context io{1};
  std::optional<DisplayStream> stream;
  asio::steady_timer deadline{io};
  bool late = false;
  beast::flat_buffer incoming;
};

// A display closes connections that were idle for long; then there is an end to be read.
bool HttpClient::State::still_there() {
  if (!stream) return false;
  auto& socket = stream->socket();
  error_code error;
  char byte;
  std::ignore = socket.non_blocking(true, error);
  socket.receive(asio::buffer(&byte, 1), tcp::socket::message_peek, error);
  return error == asio::error::would_block;
}

// From now on; then the connection is closed.
void HttpClient::State::patience(Micros time) {
  deadline.expires_after(time);
  deadline.async_wait([this](error_code stopped) {
    if (stopped || !stream || deadline.expiry() > std::chrono::steady_clock::now()) return;
    late = true;
    error_code ignored;
    std::ignore = stream->socket().close(ignored);
  });
}

asio::awaitable<NameLookup::Results> HttpClient::State::look_up(Micros at_most) {
  error_code error;
  const auto address = asio::ip::make_address(destination.host, error);
  if (!error) {
    co_return NameLookup::Results::create(tcp::endpoint(address, destination.port),
                                          destination.host, "");
  }
  error = asio::error::timed_out;
  NameLookup::Results results;
  asio::steady_timer until(io, at_most);
  NameLookup lookup(io.get_executor());
  lookup.start(destination.host, destination.port, [&](error_code told, const auto& found) {
    error = told;
    results = found;
    until.cancel();
  });
  error_code cancelled_when_found;
  co_await until.async_wait(asio::redirect_error(asio::use_awaitable, cancelled_when_found));
  if (error) throw boost::system::system_error(error);
  co_return results;
}

asio::awaitable<void> HttpClient::State::connect(Micros at_most) {
  if (still_there()) co_return;
  stream.emplace(io);
  incoming.clear();
  const auto endpoints = co_await look_up(at_most);
  patience(at_most);
  co_await asio::async_connect(stream->socket(), endpoints, asio::use_awaitable);
  stream->socket().set_option(tcp::no_delay(true));
  if (destination.tls) co_await shake_hands();
}

asio::awaitable<void> HttpClient::State::shake_hands() {
  std::string why;
  asio::steady_timer done(io, asio::steady_timer::time_point::max());
  stream->start_tls(destination, [&](const std::string& told) {
    why = told;
    done.cancel();
  });
  error_code cancelled_when_done;
  co_await done.async_wait(asio::redirect_error(asio::use_awaitable, cancelled_when_done));
  if (!why.empty() && !late) throw TlsFailed(why);
  if (late) throw boost::system::system_error(beast::error::timeout);
}

asio::awaitable<void> HttpClient::State::send(const HttpRequest& request,
                                              const Display::Progress& progress) {
  const std::size_t total = size_of(request.body);
  http::request<http::empty_body> head(request.post ? http::verb::post : http::verb::get,
                                       request.target, 11);
  const bool v6 = destination.host.find(':') != std::string::npos;
  head.set(http::field::host, (v6 ? "[" + destination.host + "]" : destination.host) + ":" +
                                  std::to_string(destination.port));
  head.set(http::field::user_agent, "p3a");
  if (!destination.token.empty()) {
    head.set(http::field::authorization, "Bearer " + destination.token);
  }
  for (const auto& [name, value] : request.headers) head.set(name, value);
  if (request.post) head.content_length(total);
  http::request_serializer<http::empty_body> serializer(head);
  patience(kPiecePatience);
  co_await http::async_write_header(*stream, serializer, asio::use_awaitable);
  std::size_t sent = 0;
  for (ByteView piece : request.body) {
    while (!piece.empty()) {
      const ByteView now = piece.first(std::min(piece.size(), kPiece));
      patience(kPiecePatience);
      co_await asio::async_write(*stream, asio::buffer(now.data(), now.size()),
                                 asio::use_awaitable);
      piece = piece.subspan(now.size());
      sent += now.size();
      if (progress) progress(sent, total);
    }
  }
}

asio::awaitable<Reply> HttpClient::State::ask(const HttpRequest& request,
                                              const Display::Progress& progress) {
  const bool hurried = request.patience != Micros{};
  co_await connect(hurried ? std::min(request.patience, kConnectPatience) : kConnectPatience);
  std::exception_ptr broken;
  try {
    co_await send(request, progress);
  } catch (const boost::system::system_error&) {
    broken = std::current_exception();  // a refusal may be on its way nevertheless
  }
  http::response_parser<http::string_body> parser;
  parser.body_limit(kLargestAnswer);
  patience(broken ? Micros(1s) : hurried ? request.patience : kAnswerPatience);
  try {
    co_await http::async_read(*stream, incoming, parser, asio::use_awaitable);
  } catch (const boost::system::system_error&) {
    if (broken) std::rethrow_exception(broken);
    throw;
  }
  auto answer = parser.release();
  if (broken || !answer.keep_alive()) stream.reset();
  co_return read_answer(answer.result_int(), std::move(answer.body()));
}

HttpClient::HttpClient(Destination destination)
    : state_(std::make_unique<State>(std::move(destination))) {}
HttpClient::~HttpClient() = default;

Reply HttpClient::ask(const HttpRequest& request, const Display::Progress& progress) {
  State& state = *state_;
  Reply reply;
  state.late = false;
  asio::co_spawn(
      state.io, state.ask(request, progress), [&](const std::exception_ptr& failure, Reply answer) {
        state.deadline.expires_at(asio::steady_timer::time_point::max());
        if (!failure) {
          reply = std::move(answer);
          return;
        }
        state.stream.reset();
        try {
          std::rethrow_exception(failure);
        } catch (const TlsFailed& failed) {
          reply = no_answer("TLS_FAILED", failed.what());
        } catch (const boost::system::system_error& error) {
          const error_code code = state.late ? error_code(beast::error::timeout) : error.code();
          reply = no_answer("NO_DISPLAY", "The display at " + state.destination.host + ":" +
                                              std::to_string(state.destination.port) +
                                              " does not answer (" + code.message() +
                                              "): is it on, and is the address right?");
        }
      });
  state.io.restart();
  if (!state.cancelled) state.io.run();  // a cancel() from here on stops it
  if (!state.cancelled) return reply;
  // What is left of the question goes with the io_context, and touches nothing of this call.
  return {.code = "CANCELLED", .error = "The request was given up."};
}

void HttpClient::cancel() {
  state_->cancelled = true;
  state_->io.stop();
}

}  // namespace p3a::sender
