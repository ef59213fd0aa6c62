// The body of one request, read within its time and rate, chunked or with a length.
//
// Bodies with Content-Length are read straight into the caller's memory; chunked ones go through
// Beast's parser. The network thread only; everything it is given outlives it.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <chrono>
#include <optional>

#include "core/base/bytes.h"
#include "core/base/error.h"
#include "device/body_deadline.h"
#include "ports/linux/http/client_stream.h"
#include "ports/linux/http/server.h"

namespace p3a {

class RequestBody {
 public:
  using Parser = boost::beast::http::request_parser<boost::beast::http::buffer_body>;

  /// The head has been parsed; `buffer` may hold the beginning of the body. `begun`: when the
  /// request's first byte was there.
  RequestBody(ClientStream& stream, boost::beast::flat_buffer& buffer, Parser& parser,
              const HttpLimits& limits, std::chrono::steady_clock::time_point begun);

  /// Nothing of it is outstanding.
  bool done() const;
  /// Fills `out` or reads to the body's end; how many bytes came. Errors: kRequestTimeout,
  /// kLengthMismatch, kBadRequest; the connection is of no more use then.
  boost::asio::awaitable<Result<std::size_t>> read(ByteSpan out);

 private:
  boost::asio::awaitable<Result<std::size_t>> read_some(ByteSpan out);
  boost::asio::awaitable<Result<std::size_t>> read_chunked(ByteSpan out);

  ClientStream& stream_;
  boost::beast::flat_buffer& buffer_;
  Parser& parser_;
  std::function<void(std::uint64_t, boost::beast::string_view, boost::system::error_code&)>
      on_chunk_;
  std::optional<std::uint64_t> remaining_;  // of a body with a length
  void set_deadline();

  BodyDeadline deadline_;
  Instant last_read_;  // since then the client waited for us
};

}  // namespace p3a
