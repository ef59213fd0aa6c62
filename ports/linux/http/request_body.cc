#include "ports/linux/http/request_body.h"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/read.hpp>

#include "ports/linux/system/linux_clock.h"
namespace p3a {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using ErrorCodeOf = boost::system::error_code;
using SteadyClock = std::chrono::steady_clock;

namespace {

constexpr std::size_t kMaxChunkExtension = 256;  // nobody sends any

Instant now() { return LinuxClock().now(); }

std::unexpected<Error> broken_body(const ErrorCodeOf& error) {
  if (error == beast::error::timeout) {
    return fail(ErrorCode::kRequestTimeout,
                "the body came too slowly; nothing was kept: check the network");
  }
  if (error == http::error::partial_message || error == asio::error::eof) {
    return fail(ErrorCode::kLengthMismatch,
                "the body ended before its announced length; nothing was kept: send it again");
  }
  return fail(ErrorCode::kBadRequest, "the body is not framed as HTTP/1.1 has it");
}

}  // namespace

RequestBody::RequestBody(ClientStream& stream, beast::flat_buffer& buffer, Parser& parser,
                         const HttpLimits& limits, SteadyClock::time_point begun)
    : stream_(stream),
      buffer_(buffer),
      parser_(parser),
      on_chunk_([](std::uint64_t, beast::string_view extension, ErrorCodeOf& error) {
        if (extension.size() > kMaxChunkExtension) error = http::error::bad_chunk_extension;
      }),
      deadline_({.patience = limits.patience, .min_bytes_per_second = limits.min_bytes_per_second},
                to_instant(begun), now()),
      last_read_(now()) {
  parser.eager(true);
  parser.on_chunk_header(on_chunk_);
  if (const auto length = parser.content_length()) remaining_ = *length;
}

bool RequestBody::done() const { return remaining_ ? *remaining_ == 0 : parser_.is_done(); }

asio::awaitable<Result<std::size_t>> RequestBody::read(ByteSpan out) {
  std::size_t filled = 0;
  deadline_.add_our_time(now() - last_read_);
  while (filled < out.size() && !done()) {
    const auto count = co_await read_some(out.subspan(filled));
    if (!count) co_return count;
    filled += *count;
    deadline_.received(*count, now());
  }
  last_read_ = now();
  co_return filled;
}

void RequestBody::set_deadline() {
  stream_.tcp().expires_at(SteadyClock::time_point(deadline_.at().time_since_epoch()));
}

asio::awaitable<Result<std::size_t>> RequestBody::read_some(ByteSpan out) {
  if (!remaining_) co_return co_await read_chunked(out);
  out = out.first(static_cast<std::size_t>(std::min<std::uint64_t>(out.size(), *remaining_)));
  std::size_t count = asio::buffer_copy(asio::buffer(out.data(), out.size()), buffer_.data());
  buffer_.consume(count);
  if (count == 0) {
    set_deadline();
    ErrorCodeOf error;
    count = co_await stream_.async_read_some(asio::buffer(out.data(), out.size()),
                                             asio::redirect_error(asio::use_awaitable, error));
    if (error) co_return broken_body(error);
  }
  *remaining_ -= count;
  co_return count;
}

asio::awaitable<Result<std::size_t>> RequestBody::read_chunked(ByteSpan out) {
  auto& body = parser_.get().body();
  body.data = out.data();
  body.size = out.size();
  set_deadline();
  ErrorCodeOf error;
  co_await http::async_read_some(stream_, buffer_, parser_,
                                 asio::redirect_error(asio::use_awaitable, error));
  if (error && error != http::error::need_buffer) co_return broken_body(error);
  co_return out.size() - body.size;
}

}  // namespace p3a
