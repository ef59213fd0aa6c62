#include "device/exchange.h"

#include "device/json.h"

namespace p3a {

Response error_response(const Error& error) {
  JsonWriter json;
  json.begin_object().member("ok", false).member("error", error.message.view());
  json.member("code", code_name(error.code)).end_object();
  Response response{.status = http_status(error.code), .body = json.take() + "\n", .headers = {}};
  if (error.code == ErrorCode::kBusy) response.headers.emplace_back("Retry-After", "1");
  if (error.code == ErrorCode::kUnauthorized)
    response.headers.emplace_back("WWW-Authenticate", "Bearer realm=\"p3a\"");  // RFC 6750 §3
  return response;
}

Response ok_response(std::string_view data_json, int status) {
  JsonWriter json;
  json.begin_object().member("ok", true);
  if (!data_json.empty()) json.key("data").raw(data_json);
  json.end_object();
  return {.status = status, .body = json.take() + "\n", .headers = {}};
}

}  // namespace p3a
