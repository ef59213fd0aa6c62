// What became of uploads: a log line each, and the counters of /status. Any thread.
#pragma once

#include <array>
#include <atomic>
#include <string>
#include <string_view>

#include "device/ports.h"
#include "device/upload/upload.h"

namespace p3a {

class UploadReport {
 public:
  explicit UploadReport(Log& log) : log_(log) {}

  void accepted(std::string_view client, std::string_view path, std::uint64_t bytes, bool shown);
  void refused(std::string_view client, std::uint64_t bytes, const Error& error);
  void broken_off(std::string_view client, std::uint64_t bytes);
  UploadCounters counters() const;

 private:
  Log& log_;
  std::atomic<std::uint64_t> accepted_{0};
  std::array<std::atomic<std::uint64_t>, 256> refused_{};  // by ErrorCode, a byte
};

}  // namespace p3a
