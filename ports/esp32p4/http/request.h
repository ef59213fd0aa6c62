// A request of esp_http_server for the display, and the display's answer for esp_http_server.
#pragma once

#include <esp_http_server.h>

#include <deque>
#include <mutex>
#include <string>
#include <utility>

#include "device/api/api.h"
#include "ports/esp32p4/http/session.h"

namespace p3a {

/// The head of a request, copied as far as it is asked for.
class HeadCopy {
 public:
  /// The request must outlive what head() is used for.
  explicit HeadCopy(httpd_req_t* request);
  HeadCopy(const HeadCopy&) = delete;
  HeadCopy& operator=(const HeadCopy&) = delete;
  RequestHead head();
  bool is_head() const { return method_ == "HEAD"; }
  bool chunked() { return !header("transfer-encoding").empty(); }
  bool wants_continue() { return !header("expect").empty(); }

 private:
  std::string_view header(std::string_view name);

  httpd_req_t* request_;
  std::string_view method_;
  std::deque<std::pair<std::string, std::string>> headers_;  // asked for; the views stay
};

/// Sends it whole; false: the client is gone. Written out here, since httpd_resp_send() knows few
/// headers and answers HEAD with a body.
bool send_response(httpd_req_t* request, const Response& response, bool without_body,
                   bool then_close);

/// Reads the body into the exchange and sends what it answers, on a worker's thread. False: the
/// connection is to be closed.
bool serve_exchange(httpd_req_t* request, Session& session, Started started, bool without_body,
                    std::mutex& network, Clock& clock, const HttpdLimits& limits);

}  // namespace p3a
