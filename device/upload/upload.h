// Pictures that come in over HTTP and stay: POST /upload/image, and POST /upload as today's p3a has
// it.
//
// A body goes in pieces into a temporary file beside its destination; when it is whole, its first
// frame is decoded, it is made durable, gets its name, and is shown. Answers are described in
// docs/API_UPLOAD.md. recover() and the exchanges belong on storage threads, of which there may be
// several; everything else returns at once and may be called on any thread. Ports, and the log even
// by callbacks of the target, are used as long as they live: they outlive Uploads, and Uploads its
// exchanges.
#pragma once

#include <functional>
#include <memory>
#include <utility>
#include <variant>
#include <vector>

#include "device/config/config.h"
#include "device/exchange.h"
#include "device/ports.h"
#include "device/upload/upload_target.h"

namespace p3a {

struct UploadPorts {
  Disk& disk;
  Clock& clock;
  Log& log;
  UploadTarget& target;
};

/// Since the start. A client that goes away before its upload is whole is counted nowhere.
struct UploadCounters {
  std::uint64_t accepted = 0;
  std::uint64_t refused = 0;
  std::vector<std::pair<ErrorCode, std::uint64_t>> refused_by_code;  ///< only codes that occurred
};

class Uploads {
 public:
  using Begun = std::variant<std::unique_ptr<Exchange>, Response>;

  /// `config` gives the current settings; it is asked once for each upload.
  Uploads(UploadPorts ports, std::function<std::shared_ptr<const Config>()> config);
  ~Uploads();

  /// A Response: the request is refused by its head alone. Pieces of the body are refused as soon
  /// as it is sure that they must be; a body that is whole but shorter than announced is answered
  /// with LENGTH_MISMATCH.
  Begun begin_image(const RequestHead& head);
  Begun begin_legacy(const RequestHead& head);

  /// At the start, before the first upload: removes what uploads left behind when the machine or
  /// the program stopped. Errors are those of the disk; none is a reason not to start.
  Status recover();

  UploadCounters counters() const;

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace p3a
