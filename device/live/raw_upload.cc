#include "device/live/raw_upload.h"

#include <algorithm>
#include <utility>

#include "core/codec/packet.h"

namespace p3a {

std::optional<Response> RawUpload::on_body(ByteView bytes) {
  const Status taken = take(bytes);
  if (taken) return std::nullopt;
  return refuse(taken.error());
}

void RawUpload::on_end(Responder respond) {
  const auto format = complete();
  if (!format) return respond(refuse(format.error()));
  sink_->show_raw({.request = std::move(request_),
                   .buffer = std::move(buffer_),
                   .size = size_,
                   .format = *format,
                   .respond = std::move(respond)});
}

Status RawUpload::take(ByteView bytes) {
  if (!buffer_) buffer_ = RawLease::take(buffers_);
  if (!buffer_) {
    return fail(ErrorCode::kBusy, buffers_->count() - 1,
                " pictures are on their way already: send it again in a second");
  }
  if (bytes.size() > request_.max_bytes - size_) return raw_too_large(request_.max_bytes);
  std::ranges::copy(bytes, buffer_.bytes().subspan(size_).begin());
  size_ += bytes.size();
  return {};
}

namespace {

// A frame of a stream instead of a file.
Result<std::string_view> check_p3x_frame(ByteView bytes) {
  const auto packet = p3x::Packet::parse(bytes);
  if (!packet) return std::unexpected(packet.error());
  if (packet->type == p3x::FrameType::kKey) return "pixelart";
  return fail(ErrorCode::kBadFrame,
              "this P3X frame builds on others: send a key frame, or open a stream");
}

}  // namespace

Result<std::string_view> RawUpload::complete() const {
  if (size_ == 0) {
    return fail(ErrorCode::kEmptyBody, "the request has no body: send a picture with it");
  }
  if (request_.exact_bytes.value_or(size_) != size_) {
    return fail(ErrorCode::kLengthMismatch, "the body should have ", *request_.exact_bytes,
                " bytes and ", size_, " came: send it again");
  }
  if (request_.layout) return layout_name(*request_.layout);
  const ByteView bytes = ByteView(buffer_.bytes()).first(size_);
  const auto format = format_from_magic(bytes);
  if (!format && request_.claimed == ImageFormat::kP3x) return check_p3x_frame(bytes);
  if (!format) {
    return fail(ErrorCode::kUnknownFormat,
                "this is no picture that the display knows: send PNG, JPEG, WebP, GIF or P3X, or "
                "raw pixels with X-Image-Format");
  }
  if (request_.claimed && *request_.claimed != *format) {
    return fail(ErrorCode::kFormatMismatch, "the picture is ", format_name(*format),
                " but was announced as ", format_name(*request_.claimed),
                ": give it its right type");
  }
  return format_name(*format);
}

Response RawUpload::refuse(const Error& error) {
  buffer_ = {};
  sink_->raw_refused(request_.client, error);
  return error_response(error);
}

}  // namespace p3a
