#include "device/upload/upload_report.h"

namespace p3a {
namespace {

std::string after(std::string_view client, std::uint64_t bytes) {
  return std::string(client) + ": upload of " + std::to_string(bytes) + " bytes ";
}

}  // namespace

void UploadReport::accepted(std::string_view client, std::string_view path, std::uint64_t bytes,
                            bool shown) {
  ++accepted_;
  log_.write(LogLevel::kInfo,
             after(client, bytes) + "kept as " + std::string(path) +
                 (shown ? "; it is on the panel" : "; something newer is on the panel"));
}

void UploadReport::refused(std::string_view client, std::uint64_t bytes, const Error& error) {
  ++refused_[static_cast<std::uint8_t>(error.code)];
  const bool ours = http_status(error.code) >= 500;
  log_.write(ours ? LogLevel::kError : LogLevel::kWarning,
             after(client, bytes) + "refused, " + std::string(code_name(error.code)) + ": " +
                 std::string(error.message.view()) + "; the panel stays as it is");
}

void UploadReport::broken_off(std::string_view client, std::uint64_t bytes) {
  log_.write(LogLevel::kWarning,
             after(client, bytes) + "broke off; nothing of it is kept, the panel stays as it is");
}

UploadCounters UploadReport::counters() const {
  UploadCounters counters{.accepted = accepted_, .refused = 0, .refused_by_code = {}};
  for (std::size_t code = 0; code < refused_.size(); ++code) {
    const std::uint64_t count = refused_[code];
    if (count == 0) continue;
    counters.refused += count;
    counters.refused_by_code.emplace_back(static_cast<ErrorCode>(code), count);
  }
  return counters;
}

}  // namespace p3a
