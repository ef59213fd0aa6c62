// One HTTP request and its answer, as a display sees them: no sockets, no library.
//
// A port parses the head, asks Api::begin() for an Exchange, feeds it the body and sends what it
// answers. An Exchange that is destroyed early (client gone) undoes what it began. All its methods
// are called on one thread at a time, the one that its route asks for (Where).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "core/base/bytes.h"
#include "core/base/error.h"

namespace p3a {

/// The head of a request. The views live as long as the port's parser; an Exchange copies what it
/// keeps.
struct RequestHead {
  std::string_view method;                      ///< "GET"
  std::string_view path;                        ///< without the query, not decoded
  std::string_view query;                       ///< without '?'
  std::optional<std::uint64_t> content_length;  ///< nothing for chunked bodies
  bool has_body = false;
  std::string client;         ///< "192.0.2.7:51234", for the log
  std::string local_address;  ///< our end of the connection, "192.0.2.1"
  /// The value of a header by its name in lower case, empty when absent.
  std::function<std::string_view(std::string_view name)> header;
};

struct Response {
  int status = 200;
  std::string_view content_type = "application/json";  ///< static text
  std::variant<std::string, ByteView> body;  ///< a view: static bytes, built into the program
  std::vector<std::pair<std::string_view, std::string>> headers;  ///< names are static text
};

/// May be called once, on any thread.
using Responder = std::function<void(Response)>;

class Exchange {
 public:
  virtual ~Exchange() = default;
  /// The next bytes of the body. A response means: enough, this is the answer, the rest is not
  /// wanted.
  virtual std::optional<Response> on_body(ByteView bytes) = 0;
  /// The body is complete; the answer may come at once or later. The exchange may be destroyed
  /// before it comes.
  virtual void on_end(Responder respond) = 0;
};

/// {"ok":false,"error":…,"code":…} with the code's HTTP status.
Response error_response(const Error& error);
/// {"ok":true,"data":…} around JSON text; without data {"ok":true}.
Response ok_response(std::string_view data_json = {}, int status = 200);

}  // namespace p3a
