#include "ports/linux/http/connection.h"

#include <boost/asio/bind_executor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket/rfc6455.hpp>

#include "ports/linux/http/client_stream.h"
#include "ports/linux/http/request_body.h"
#include "ports/linux/http/stream_session.h"

namespace p3a {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using ErrorCodeOf = boost::system::error_code;
using Parser = RequestBody::Parser;
using SteadyClock = std::chrono::steady_clock;

namespace {

constexpr std::size_t kReadBufferBytes =
    64 * 1024;  // also bounds chunk extensions and trailers (Beast 1.81 does not)
constexpr int kSendBufferBytes = 128 * 1024;
constexpr std::size_t kChunkBytes = 128 * 1024;  // of a body, handed on at a time
constexpr std::chrono::seconds kGoodbyePatience{1};
constexpr std::chrono::seconds kDrainPatience{4};
// Since the request began, its draining included; the least time for that is kGoodbyePatience.
constexpr std::chrono::milliseconds kCutAfter{14'500};
constexpr std::size_t kDrainBytes =
    64u << 20;  // of an unwanted body, read away so that the answer arrives

// Runs `work` on a pool's thread and comes back to this one with its result.
template <class Work>
asio::awaitable<std::invoke_result_t<Work>> run_on(asio::thread_pool& pool, Work work) {
  using Outcome = std::invoke_result_t<Work>;
  co_return co_await asio::co_spawn(
      pool, [work = std::move(work)]() mutable -> asio::awaitable<Outcome> { co_return work(); },
      asio::use_awaitable);
}

// An answer on its way: made on any thread, awaited on the network thread.
struct Reply {
  explicit Reply(const asio::any_io_executor& executor)
      : arrived(executor, SteadyClock::time_point::max()) {}
  asio::steady_timer arrived;
  std::optional<Response> response;
};

Responder responder_for(const std::shared_ptr<Reply>& reply) {
  // Weak: when the connection has gone, so has the wish for an answer.
  return [weak = std::weak_ptr(reply)](Response response) {
    const auto target = weak.lock();
    if (!target) return;
    const auto executor = target->arrived.get_executor();
    asio::post(executor, [target, response = std::move(response)]() mutable {
      target->response = std::move(response);
      target->arrived.cancel();
    });
  };
}

ErrorCode code_of_parse_error(const ErrorCodeOf& error) {
  if (error == http::error::header_limit || error == http::error::buffer_overflow)
    return ErrorCode::kHeadersTooLarge;
  return ErrorCode::kBadRequest;
}

}  // namespace

class Connection {
 public:
  Connection(ServerContext& server, asio::ip::tcp::socket socket, bool on_stream_port)
      : server_(server),
        on_stream_port_(on_stream_port),
        stream_(std::move(socket)),
        place_(server.connections.insert(server.connections.end(), this)) {
    ErrorCodeOf ignored;
    stream_.tcp().socket().set_option(asio::ip::tcp::no_delay(true), ignored);
    // A reader that does not move on is noticed when this much waits for it, not megabytes later.
    stream_.tcp().socket().set_option(asio::socket_base::send_buffer_size(kSendBufferBytes),
                                      ignored);
    if (server.slow_link) stream_.slow_down(*server.slow_link);
    const auto remote = stream_.tcp().socket().remote_endpoint(ignored);
    remote_address_ = remote.address();
    client_ = remote.address().to_string() + ":" + std::to_string(remote.port());
    auto local = stream_.tcp().socket().local_endpoint(ignored).address();
    if (local.is_v6() && local.to_v6().is_v4_mapped()) {
      local = asio::ip::make_address_v4(asio::ip::v4_mapped, local.to_v6());
    }
    local_address_ = local.to_string();
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() {
    server_.connections.erase(place_);
    if (server_.stopping && server_.connections.empty() && server_.on_last_gone)
      server_.on_last_gone();
  }

  asio::awaitable<void> serve() {
    bool more = !server_.tls || co_await begin_tls();
    while (more && !server_.stopping) more = co_await serve_request();
    if (is_stream_) co_return;
    stream_.tcp().expires_after(kGoodbyePatience);
    co_await stream_.end_writing();
    ErrorCodeOf ignored;
    stream_.tcp().socket().shutdown(asio::ip::tcp::socket::shutdown_both, ignored);
  }

  const asio::ip::address& remote_address() const { return remote_address_; }

  void close_unless_answering() {
    if (is_stream_) {
      if (const auto session = session_.lock()) session->close(1001, "the display stops");
    } else if (!answering_) {
      stream_.tcp().close();
    }
  }

 private:
  asio::awaitable<bool> serve_request();
  asio::awaitable<bool> wait_for_request();
  asio::awaitable<bool> begin_tls();
  asio::awaitable<bool> refuse_plain();
  asio::awaitable<bool> answer(Parser& parser);
  asio::awaitable<bool> serve_stream(Parser& parser);
  asio::awaitable<bool> run_exchange(Parser& parser, Started started);
  asio::awaitable<Response> answer_of(RequestBody& body, const Parser& parser, Where where,
                                      Exchange& exchange);
  asio::awaitable<Response> finish(Where where, Exchange& exchange, ByteView last);
  asio::awaitable<bool> send(const Parser& parser, const Response& response, bool body_read);
  asio::awaitable<void> drain();
  std::optional<Error> refuse_head(const Parser& parser) const;
  RequestHead head_of(const Parser& parser) const;
  asio::thread_pool& pool_of(Where where) const {
    return where == Where::kRender ? server_.render : server_.storage;
  }

  ServerContext& server_;
  bool on_stream_port_;
  ClientStream stream_;
  std::list<Connection*>::iterator place_;
  beast::flat_buffer buffer_{kReadBufferBytes};
  std::vector<std::uint8_t> chunk_;
  asio::ip::address remote_address_;
  std::string client_;
  std::string local_address_;
  bool is_stream_ = false;  // the connection has become one, and has the bytes
  std::weak_ptr<StreamSession> session_;
  SteadyClock::time_point begun_ = SteadyClock::now();  // the request, with its first byte
  bool answering_ = false;  // an answer is being made: worth waiting for when the server stops
};

// True: the connection is good for another request.
asio::awaitable<bool> Connection::serve_request() {
  if (!co_await wait_for_request()) co_return false;
  begun_ = SteadyClock::now();

  Parser parser;
  parser.header_limit(static_cast<std::uint32_t>(server_.limits.head_bytes));
  parser.body_limit(boost::none);  // each route has its own
  ErrorCodeOf error;
  stream_.tcp().expires_after(server_.limits.patience);
  co_await http::async_read_header(stream_, buffer_, parser,
                                   asio::redirect_error(asio::use_awaitable, error));
  Traffic& traffic = server_.api->traffic();
  if (error == beast::error::timeout) ++traffic.timed_out;
  const bool gone = error == http::error::end_of_stream || error == beast::error::timeout ||
                    (error && error.category() == boost::system::system_category());
  if (gone) co_return false;
  if (error) {
    ++traffic.malformed;
    const auto code = code_of_parse_error(error);
    const bool too_large = code == ErrorCode::kHeadersTooLarge;
    const auto refusal = too_large ? fail(code, "the request's head is larger than ",
                                          server_.limits.head_bytes, " bytes")
                                   : fail(code, "this is not HTTP/1.1 as RFC 9112 has it");
    co_await send(parser, error_response(refusal.error()), false);
    co_await drain();
    co_return false;
  }
  ++traffic.requests;
  co_return co_await answer(parser);
}

asio::awaitable<bool> Connection::wait_for_request() {
  if (buffer_.size() > 0) co_return true;
  stream_.tcp().expires_after(server_.limits.idle);
  ErrorCodeOf error;
  const std::size_t count = co_await stream_.async_read_some(
      buffer_.prepare(4096), asio::redirect_error(asio::use_awaitable, error));
  buffer_.commit(count);
  co_return !error;
}

// True: hands were shaken. What else begins on such a port is told how to come in.
asio::awaitable<bool> Connection::begin_tls() {
  constexpr std::uint8_t kHandshake =
      22;  // the first byte of a client that speaks TLS (RFC 8446 §5.1)
  if (!co_await wait_for_request()) co_return false;
  if (*static_cast<const std::uint8_t*>(buffer_.data().data()) != kHandshake)
    co_return co_await refuse_plain();
  stream_.tcp().expires_after(server_.limits.patience);
  const bool good = co_await stream_.start_tls(*server_.tls, buffer_.data());
  buffer_.consume(buffer_.size());
  if (!good) ++server_.api->traffic().malformed;
  co_return good;
}

asio::awaitable<bool> Connection::refuse_plain() {
  ++server_.api->traffic().malformed;
  const auto refusal = fail(ErrorCode::kBadRequest,
                            "this display speaks TLS: write https:// (wss:// for streams) in front "
                            "of its address");
  co_await send(Parser(), error_response(refusal.error()), false);
  co_await drain();
  co_return false;
}

std::optional<Error> Connection::refuse_head(const Parser& parser) const {
  const auto& request = parser.get();
  // Two of them, and we might believe another one than whoever stands between us and the client.
  for (const auto field : {http::field::host, http::field::origin, http::field::authorization,
                           http::field::content_type}) {
    if (request.count(field) > 1) {
      const auto name = http::to_string(field);
      return fail(ErrorCode::kBadRequest, "send one ", std::string_view(name.data(), name.size()),
                  " header, not several")
          .error();
    }
  }
  const auto coding = request[http::field::transfer_encoding];
  if (!coding.empty() && (request.version() < 11 || !beast::iequals(coding, "chunked"))) {
    return fail(ErrorCode::kNotImplemented,
                "send the body with Content-Length, or chunked over HTTP/1.1")
        .error();
  }
  if (request.target().size() > 2048)
    return fail(ErrorCode::kUriTooLong, "the path is longer than 2048 bytes").error();
  return std::nullopt;
}

RequestHead Connection::head_of(const Parser& parser) const {
  const auto& request = parser.get();
  const std::string_view target(request.target().data(), request.target().size());
  const std::size_t mark = target.find('?');
  const auto length = parser.content_length();
  RequestHead head{
      .method = {request.method_string().data(), request.method_string().size()},
      .path = target.substr(0, mark),
      .query = mark == std::string_view::npos ? std::string_view() : target.substr(mark + 1),
      .content_length = std::nullopt,
      .has_body = parser.chunked() || (length && *length > 0),
      .client = client_,
      .local_address = local_address_,
      .header = [&request](std::string_view name) -> std::string_view {
        const auto value = request[boost::string_view(name.data(), name.size())];
        return {value.data(), value.size()};
      }};
  if (length) head.content_length = *length;
  return head;
}

asio::awaitable<bool> Connection::answer(Parser& parser) {
  std::optional<Response> refusal;
  const auto misframed = refuse_head(parser);
  if (misframed) {
    refusal = error_response(*misframed);
  } else if (beast::websocket::is_upgrade(parser.get())) {
    co_return co_await serve_stream(parser);
  } else {
    auto begun = server_.api->begin(head_of(parser));
    if (auto* started = std::get_if<Started>(&begun))
      co_return co_await run_exchange(parser, std::move(*started));
    refusal = std::get<Response>(std::move(begun));
  }
  // A head that is refused for its framing says nothing of where the next request begins.
  const bool body_read = parser.is_done() && !misframed;
  const bool good = co_await send(parser, *refusal, body_read);
  if (body_read) co_return good;
  co_await drain();
  co_return false;
}

// The connection stops being HTTP here, or is refused in HTTP.
asio::awaitable<bool> Connection::serve_stream(Parser& parser) {
  if (buffer_.size() > 0) {  // RFC 6455 §4.1: a client waits for the answer
    const auto early = fail(ErrorCode::kBadRequest,
                            "wait for the answer to the upgrade before you send anything more");
    co_await send(parser, error_response(early.error()), false);
    co_await drain();
    co_return false;
  }
  const auto session = std::make_shared<StreamSession>(stream_.get_executor());
  auto client = server_.api->begin_stream(head_of(parser), on_stream_port_, session);
  if (!client) {
    co_await send(parser, error_response(client.error()), false);
    co_return false;
  }
  session_ = session;
  is_stream_ = true;
  co_await session->serve(std::move(stream_), StreamSession::UpgradeRequest(parser.get().base()),
                          std::move(*client));
  co_return false;
}

asio::awaitable<bool> Connection::run_exchange(Parser& parser, Started started) {
  std::optional<UploadTurn> turn;
  if (started.is_upload) {
    if (!co_await server_.gate.enter(begun_ + server_.limits.patience - SteadyClock::now())) {
      const auto busy =
          fail(ErrorCode::kBusy, "too many uploads at once: send it again in a second");
      co_await send(parser, error_response(busy.error()), false);
      co_await drain();
      co_return false;
    }
    turn.emplace(server_.gate);
  }
  // An exchange may have files to remove when it goes, and may still be at work, so it goes where
  // it ran: its pool has one thread. Once the pools have ended, here is as good.
  const auto dispose = [this, where = started.where](Exchange* exchange) {
    if (where == Where::kNetwork || server_.pools_ended) {
      delete exchange;
    } else {
      asio::post(pool_of(where), [owned = std::unique_ptr<Exchange>(exchange)] {});
    }
  };
  const std::unique_ptr<Exchange, decltype(dispose)> exchange(started.exchange.release(), dispose);

  RequestBody body(stream_, buffer_, parser, server_.limits, begun_);
  const Response response = co_await answer_of(body, parser, started.where, *exchange);
  const bool good = co_await send(parser, response, body.done());
  if (body.done()) co_return good;
  co_await drain();
  co_return false;
}

// Feeds the exchange and waits for its answer.
asio::awaitable<Response> Connection::answer_of(RequestBody& body, const Parser& parser,
                                                Where where, Exchange& exchange) {
  if (!body.done() && beast::iequals(parser.get()[http::field::expect], "100-continue")) {
    http::response<http::empty_body> go_on(http::status::continue_, 11);
    stream_.tcp().expires_after(server_.limits.patience);
    ErrorCodeOf error;
    co_await http::async_write(stream_, go_on, asio::redirect_error(asio::use_awaitable, error));
  }
  ByteView last;
  while (!body.done()) {
    chunk_.resize(kChunkBytes);
    const auto count = co_await body.read(chunk_);
    if (!count) co_return error_response(count.error());
    last = ByteView(chunk_).first(*count);
    if (body.done()) break;
    const auto feed = [&exchange, last] { return exchange.on_body(last); };
    std::optional<Response> enough;  // not `? :`, which GCC 12 gets wrong around co_await
    if (where == Where::kNetwork) {
      enough = feed();
    } else {
      enough = co_await run_on(pool_of(where), feed);
    }
    if (enough) co_return std::move(*enough);
  }
  co_return co_await finish(where, exchange, last);
}

// The last piece and the end go over in one step: each change of thread costs a small upload some 2
// % of its time.
asio::awaitable<Response> Connection::finish(Where where, Exchange& exchange, ByteView last) {
  const auto reply = std::make_shared<Reply>(stream_.get_executor());
  const auto end = [&exchange, last, respond = responder_for(reply)] {
    if (!last.empty()) {
      if (auto enough = exchange.on_body(last)) return respond(std::move(*enough));
    }
    exchange.on_end(respond);
  };
  answering_ = true;
  if (where == Where::kNetwork) {
    end();
  } else {
    asio::post(pool_of(where), end);
  }
  ErrorCodeOf ignored;
  while (!reply->response) {
    co_await reply->arrived.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  }
  co_return std::move(*reply->response);
}

// True: sent, and the client may send another request.
asio::awaitable<bool> Connection::send(const Parser& parser, const Response& response,
                                       bool body_read) {
  const ByteView body = std::visit(
      [](const auto& bytes) {
        return ByteView(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
      },
      response.body);
  const bool bodyless = parser.get().method() == http::verb::head || response.status == 304;

  http::response<http::span_body<const std::uint8_t>> message;
  message.version(11);
  message.result(static_cast<unsigned>(response.status));
  message.set(http::field::server, "p3a-live");
  message.set("X-Content-Type-Options", "nosniff");
  message.set("Cross-Origin-Resource-Policy", "same-origin");
  message.set("Referrer-Policy", "no-referrer");
  if (response.status != 304) {
    message.set(http::field::content_type,
                boost::string_view(response.content_type.data(), response.content_type.size()));
    message.content_length(body.size());
  }
  for (const auto& [name, value] : response.headers)
    message.set(boost::string_view(name.data(), name.size()), value);
  if (!bodyless) message.body() = {body.data(), body.size()};
  message.keep_alive(parser.is_header_done() && parser.get().keep_alive() && body_read &&
                     !server_.stopping);

  http::response_serializer<http::span_body<const std::uint8_t>> serializer(message);
  serializer.split(bodyless);
  ErrorCodeOf error;
  while (!error && !(bodyless ? serializer.is_header_done() : serializer.is_done())) {
    stream_.tcp().expires_after(server_.limits.patience);
    co_await http::async_write_some(stream_, serializer,
                                    asio::redirect_error(asio::use_awaitable, error));
  }
  if (error == beast::error::timeout) ++server_.api->traffic().timed_out;
  answering_ = false;
  co_return !error && message.keep_alive();
}

// Reads away what the client still sends after it was refused: closing at once would reset the
// connection and the client might never see the answer.
asio::awaitable<void> Connection::drain() {
  ErrorCodeOf error;
  stream_.tcp().expires_after(kGoodbyePatience);
  co_await stream_.end_writing();
  chunk_.resize(kChunkBytes);
  const auto now = SteadyClock::now();
  const auto deadline =
      std::min(now + kDrainPatience, std::max(begun_ + kCutAfter, now + kGoodbyePatience));
  for (std::size_t drained = 0; !error && drained < kDrainBytes && !server_.stopping;) {
    stream_.tcp().expires_at(std::min(deadline, SteadyClock::now() + std::chrono::seconds(2)));
    drained += co_await stream_.tcp().async_read_some(
        asio::buffer(chunk_), asio::redirect_error(asio::use_awaitable, error));
  }
}

asio::awaitable<void> serve_connection(ServerContext& server, asio::ip::tcp::socket socket,
                                       bool on_stream_port) {
  try {
    Connection connection(server, std::move(socket), on_stream_port);
    co_await connection.serve();
  } catch (const std::exception& failure) {
    // Beast and Asio throw only what we did not ask them to report; one connection is lost, no
    // more.
    server.log.write(LogLevel::kError,
                     std::string("a connection failed: ") + failure.what() + "; it is closed");
  }
}

std::size_t connections_from(const ServerContext& server, const asio::ip::address& address) {
  return static_cast<std::size_t>(
      std::ranges::count(server.connections, address, &Connection::remote_address));
}

void close_idle_connections(ServerContext& server) {
  for (Connection* connection : server.connections) connection->close_unless_answering();
}

}  // namespace p3a
