// A picture of POST /display/raw that has been received whole.
#pragma once

#include "device/live/raw_buffers.h"
#include "device/live/raw_request.h"

namespace p3a {

struct RawPicture {
  RawRequest request;
  RawLease buffer;
  std::size_t size = 0;     ///< bytes in the buffer
  std::string_view format;  ///< for people: "png", "rgb888"
  Responder respond;        ///< answers the request

  bool is_p3x_frame() const { return format == "pixelart"; }
  ByteView bytes() const { return buffer.bytes().first(size); }
};

/// Takes it to the panel and answers.
class RawSink {
 public:
  virtual ~RawSink() = default;
  /// Any thread; returns at once.
  virtual void show_raw(RawPicture picture) = 0;
  /// A request was refused before it came to that.
  virtual void raw_refused(const std::string& client, const Error& error) = 0;
};

}  // namespace p3a
