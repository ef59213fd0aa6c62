#include "device/api/guarded_stream.h"

#include <utility>

#include "device/api/access.h"
#include "device/live/control_text.h"

namespace p3a {
namespace {

constexpr std::uint16_t kPolicyViolation = 1008;

Error wants_token() {
  return fail(ErrorCode::kUnauthorized,
              "this display wants the token of its auth.token_file first: "
              "{\"type\":\"hello\",\"token\":\"...\"}")
      .error();
}

}  // namespace

GuardedStream::GuardedStream(std::string token, PatchParser& parser,
                             std::shared_ptr<StreamOutbox> outbox, Connect connect)
    : token_(std::move(token)),
      parser_(parser),
      outbox_(std::move(outbox)),
      connect_(std::move(connect)) {}

void GuardedStream::on_binary(std::size_t size) {
  if (inner_) return inner_->on_binary(size);
  refuse(wants_token());
}

void GuardedStream::on_oversize() {
  if (inner_) return inner_->on_oversize();
  refuse(wants_token());
}

void GuardedStream::on_text(std::string_view text) {
  if (inner_) return inner_->on_text(text);
  if (!knows_token(text)) return refuse(wants_token());
  auto connected = connect_();
  if (!connected) return refuse(connected.error());
  inner_ = std::move(*connected);
  inner_->on_text(text);
}

bool GuardedStream::knows_token(std::string_view text) const {
  if (text.size() > kMaxControlBytes) return false;
  const auto members = parser_.parse_message(text);
  if (!members) return false;
  for (const PatchEntry& entry : *members) {
    const auto* given = std::get_if<std::string>(&entry.value);
    if (entry.key == "token" && given != nullptr) return same_token(*given, token_);
  }
  return false;
}

void GuardedStream::refuse(const Error& error) {
  outbox_->send_text(error_text(error));
  outbox_->close(kPolicyViolation, code_name(error.code));
}

}  // namespace p3a
