#include "device/upload/upload_exchange.h"

#include "device/json.h"
#include "device/upload/upload_name.h"

namespace p3a {
namespace {

Response image_answer(const StoragePath& path, std::uint64_t size, ImageFormat format, bool shown) {
  JsonWriter json;
  json.begin_object().member("saved_path", path.text()).member("file_size", size);
  json.member("format", format_name(format)).member("display_updated", shown).end_object();
  return ok_response(json.text());
}

// p3a's own words.
Response legacy_answer(const std::string& name, bool shown) {
  JsonWriter json;
  json.begin_object().member("filename", name);
  if (shown)
    json.member("message", "File uploaded and playing");
  else
    json.member("warning", "File saved but playback not started");
  return ok_response(json.end_object().text());
}

}  // namespace

UploadExchange::UploadExchange(UploadServices services, UploadRequest request, std::uint64_t number)
    : services_(std::move(services)), request_(std::move(request)), number_(number) {}

UploadExchange::~UploadExchange() {
  if (!answered_) services_.report->broken_off(request_.client, received_);
}

std::optional<Response> UploadExchange::on_body(ByteView bytes) {
  const auto status = take(bytes);
  if (status) return std::nullopt;
  return refuse(status.error());
}

void UploadExchange::on_end(Responder respond) {
  auto status = complete();
  if (status) {
    // Captures all by value: the exchange may be gone when the picture is on the panel.
    auto shown = [report = services_.report, respond, client = request_.client,
                  size = file_->size(), format = file_->format(),
                  name = file_name_](const StoragePath& path, bool was_shown) {
      report->accepted(client, path.text(), size, was_shown);
      respond(name.empty() ? image_answer(path, size, format, was_shown)
                           : legacy_answer(name, was_shown));
    };
    answered_ = true;
    status = services_.finisher.finish(*file_, *destination_, request_.config->upload.durability,
                                       std::move(shown));
  }
  if (!status) respond(refuse(status.error()));
}

Status UploadExchange::take(ByteView bytes) {
  received_ += bytes.size();
  if (received_ > request_.max_body()) return file_too_large(request_.config->upload.max_bytes);
  if (request_.multipart) return take_multipart(bytes);
  if (!file_) {
    if (auto status = begin_file(nullptr); !status) return status;
  }
  return file_->write(bytes);
}

Status UploadExchange::take_multipart(ByteView bytes) {
  using Kind = MultipartEvent::Kind;
  for (;;) {
    const auto event = request_.multipart->next(bytes);
    if (!event) return std::unexpected(event.error());
    if (!*event) return {};
    Status status;
    if ((*event)->kind == Kind::kData) {
      if (in_file_) status = file_->write((*event)->data);
    } else {
      const PartHead& head = request_.multipart->head();
      in_file_ = (*event)->kind == Kind::kPartBegin && head.has_filename && !file_;
      if (in_file_) status = begin_file(&head);
    }
    if (!status) return status;
  }
}

// Decides where the file goes; nothing is written before its first bytes are known.
Status UploadExchange::begin_file(const PartHead* head) {
  auto destination = destination_for(head);
  if (!destination) return std::unexpected(destination.error());
  destination_ = std::move(*destination);
  auto temporary = temporary_file();
  if (!temporary) return std::unexpected(temporary.error());
  file_.emplace(services_.disk, std::move(*temporary), request_.config->upload.max_bytes,
                request_.claimed);
  return {};
}

Result<IncomingFile::Temporary> UploadExchange::temporary_file() const {
  const auto folder = destination_->base.folder();
  if (request_.config->upload.durability == Durability::kSafe) {
    if (auto spare = services_.finisher.take_spare(folder)) {
      return IncomingFile::Temporary{std::move(*spare), true};
    }
  }
  auto path = inside(folder, ".upload-" + std::to_string(number_) + ".tmp");
  if (!path) return std::unexpected(path.error());
  return IncomingFile::Temporary{std::move(*path)};
}

Result<Destination> UploadExchange::destination_for(const PartHead* head) {
  if (request_.route == UploadRoute::kLegacy) {
    auto name = parse_client_file_name(head->filename);
    if (!name) return std::unexpected(name.error());
    request_.claimed = name->format;
    file_name_ = std::move(name->name);
    return Destination{std::move(name->path), Destination::Naming::kExact};
  }
  const auto& upload = request_.config->upload;
  auto base = StoragePath::parse(upload.save_path);
  if (!base) return std::unexpected(base.error());
  return Destination{std::move(*base), upload.overwrite ? Destination::Naming::kReplace
                                                        : Destination::Naming::kTimestamp};
}

Status UploadExchange::complete() const {
  if (request_.content_length && *request_.content_length != received_) {
    return fail(ErrorCode::kLengthMismatch, "Content-Length announces ", *request_.content_length,
                " bytes and ", received_, " came: send it again");
  }
  if (request_.multipart) {
    if (auto status = request_.multipart->finish(); !status) return status;
    if (!file_ && request_.route == UploadRoute::kLegacy) {
      return fail(ErrorCode::kNoFilename,
                  "no part of the form is a file: its Content-Disposition needs a filename");
    }
    if (!file_) {
      return fail(ErrorCode::kMalformedMultipart,
                  "no part of the form is a file: its Content-Disposition needs a filename");
    }
  }
  if (!file_) return fail(ErrorCode::kEmptyBody, "the body is empty: send a picture in it");
  return file_->complete();
}

Response UploadExchange::refuse(const Error& error) {
  answered_ = true;
  in_file_ = false;
  file_.reset();  // nothing of it is kept
  if (error.code == ErrorCode::kStorageFull) services_.finisher.drop_spare();
  services_.report->refused(request_.client, received_, error);
  return error_response(error);
}

}  // namespace p3a
