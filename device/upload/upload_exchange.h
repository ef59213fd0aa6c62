// One upload: takes the body apart, answers when its picture is on the panel. On the storage
// threads.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "device/exchange.h"
#include "device/upload/incoming_file.h"
#include "device/upload/upload_finisher.h"
#include "device/upload/upload_report.h"
#include "device/upload/upload_request.h"

namespace p3a {

/// What exchanges share.
struct UploadServices {
  Disk& disk;
  UploadFinisher& finisher;
  std::shared_ptr<UploadReport> report;  ///< lives on in what waits for the panel
};

class UploadExchange final : public Exchange {
 public:
  /// `number` makes the temporary file's name, `.upload-<number>.tmp`, its own.
  UploadExchange(UploadServices services, UploadRequest request, std::uint64_t number);
  ~UploadExchange() override;

  std::optional<Response> on_body(ByteView bytes) override;
  void on_end(Responder respond) override;

 private:
  Status take(ByteView bytes);
  Status take_multipart(ByteView bytes);
  Status begin_file(const PartHead* head);
  Result<IncomingFile::Temporary> temporary_file() const;
  Result<Destination> destination_for(const PartHead* head);
  Status complete() const;
  Response refuse(const Error& error);

  UploadServices services_;
  UploadRequest request_;
  const std::uint64_t number_;
  std::uint64_t received_ = 0;
  bool in_file_ = false;  // the part that is being read is the file
  bool answered_ = false;
  std::string file_name_;  // the client's own, for the answer of POST /upload
  std::optional<Destination> destination_;
  std::optional<IncomingFile> file_;
};

}  // namespace p3a
