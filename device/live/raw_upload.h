// POST /display/raw: collects the body in a buffer that was there before, then hands it on. Never
// waits and never touches storage, so it runs on the network thread.
#pragma once

#include <memory>
#include <optional>

#include "device/live/raw_picture.h"

namespace p3a {

class RawUpload final : public Exchange {
 public:
  RawUpload(std::shared_ptr<RawSink> sink, std::shared_ptr<RawBuffers> buffers, RawRequest request)
      : sink_(std::move(sink)), buffers_(std::move(buffers)), request_(std::move(request)) {}

  std::optional<Response> on_body(ByteView bytes) override;
  void on_end(Responder respond) override;

 private:
  Status take(ByteView bytes);
  /// Its format, by the first bytes where it is a file.
  Result<std::string_view> complete() const;
  Response refuse(const Error& error);

  std::shared_ptr<RawSink> sink_;
  std::shared_ptr<RawBuffers> buffers_;
  RawRequest request_;
  RawLease buffer_;
  std::size_t size_ = 0;
};

}  // namespace p3a
