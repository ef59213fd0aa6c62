// A display for tests of uploads, without network: requests go in as heads and bodies, answers come
// out as text.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "device/upload/upload.h"
#include "ports/fake/fake_clock.h"
#include "ports/fake/fake_disk.h"
#include "ports/fake/fake_log.h"
#include "ports/fake/fake_upload_target.h"

namespace p3a {

inline std::string test_picture(std::string_view magic, std::string_view rest = {}) {
  return std::string(magic) + std::string(rest) + "-padding-END";
}
inline std::string test_png(std::string_view rest = {}) {
  return test_picture("\x89PNG\r\n\x1a\n", rest);
}
inline std::string test_gif(std::string_view rest = {}) { return test_picture("GIF89a", rest); }

struct TestRequest {
  std::map<std::string, std::string, std::less<>> headers;
  std::string body;
  bool chunked = false;
  bool legacy = false;
  std::size_t piece = 100;  ///< how much of the body comes at a time
};

inline TestRequest raw_request(std::string body, std::string type = "application/octet-stream") {
  return {.headers = {{"content-type", std::move(type)}}, .body = std::move(body)};
}

inline TestRequest form_request(std::string_view disposition, std::string_view file) {
  return {.headers = {{"content-type", "multipart/form-data; boundary=XX"}},
          .body = "--XX\r\nContent-Disposition: form-data; " + std::string(disposition) +
                  "\r\nContent-Type: image/x-wrong\r\n\r\n" + std::string(file) + "\r\n--XX--\r\n"};
}

inline TestRequest legacy_request(std::string_view filename, std::string_view file) {
  auto request = form_request("name=\"file\"; filename=\"" + std::string(filename) + "\"", file);
  request.legacy = true;
  return request;
}

class TestUploads {
 public:
  explicit TestUploads(std::unique_ptr<FakeDisk> with_disk = std::make_unique<FakeDisk>(),
                       const Config& with_config = {})
      : disk(std::move(with_disk)),
        config(std::make_shared<Config>(with_config)),
        uploads({*disk, clock, log, target}, [this] { return config; }) {}

  Uploads::Begun begin(const TestRequest& request) {
    RequestHead head{.method = "POST",
                     .path = request.legacy ? "/upload" : "/upload/image",
                     .query = {},
                     .content_length = std::nullopt,
                     .has_body = request.chunked || !request.body.empty(),
                     .client = "192.0.2.7:51234",
                     .local_address = {},
                     .header = [&request](std::string_view name) -> std::string_view {
                       const auto found = request.headers.find(name);
                       return found == request.headers.end() ? "" : std::string_view(found->second);
                     }};
    if (!request.chunked) head.content_length = request.body.size();
    return request.legacy ? uploads.begin_legacy(head) : uploads.begin_image(head);
  }

  /// The answer, or nothing when there is none yet.
  std::optional<Response> send(const TestRequest& request) {
    auto begun = begin(request);
    if (auto* refusal = std::get_if<Response>(&begun)) return std::move(*refusal);
    auto exchange = std::get<std::unique_ptr<Exchange>>(std::move(begun));
    std::string_view rest = request.body;
    while (!rest.empty()) {
      const auto piece = rest.substr(0, request.piece);
      rest.remove_prefix(piece.size());
      auto refusal =
          exchange->on_body({reinterpret_cast<const std::uint8_t*>(piece.data()), piece.size()});
      if (refusal) return refusal;
    }
    auto answer = std::make_shared<std::optional<Response>>();
    exchange->on_end([answer](Response response) { *answer = std::move(response); });
    return std::move(*answer);
  }

  /// The code of the answer, or its body when there is none: "200 {…}".
  std::string answer(const TestRequest& request) {
    const auto response = send(request);
    if (!response) return "no answer yet";
    const auto& body = std::get<std::string>(response->body);
    constexpr std::string_view kCode = "\"code\":\"";
    const auto at = body.find(kCode);
    if (at == std::string::npos) return std::to_string(response->status) + " " + body;
    const auto begin = at + kCode.size();
    return std::to_string(response->status) + " " +
           body.substr(begin, body.find('"', begin) - begin);
  }

  /// The paths of all files but those that uploads use in between.
  std::vector<std::string> kept_files() const {
    auto files = disk->files();
    std::erase_if(files, [](const std::string& path) {
      return path.contains("/.upload-") && path.ends_with(".tmp");
    });
    return files;
  }

  std::unique_ptr<FakeDisk> disk;
  FakeClock clock;
  FakeLog log;
  FakeUploadTarget target;
  std::shared_ptr<Config> config;
  Uploads uploads;
};

}  // namespace p3a
