// Receive buffers of one size, all taken at once and lent one by one.
//
// Memory that was never written to costs nothing on a machine with virtual memory, and the buffer
// given back last is lent next, so that few are ever touched. The caller locks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "core/base/bytes.h"

namespace p3a {

class Buffers {
 public:
  Buffers(std::size_t count, std::size_t bytes)
      : bytes_(bytes), memory_(std::make_unique_for_overwrite<std::uint8_t[]>(count * bytes)) {
    for (std::size_t i = count; i-- > 0;) free_.push_back(static_cast<std::uint32_t>(i));
  }

  /// Nothing when all are lent.
  std::optional<std::uint32_t> take() {
    if (free_.empty()) return std::nullopt;
    const std::uint32_t index = free_.back();
    free_.pop_back();
    return index;
  }
  void give_back(std::uint32_t index) { free_.push_back(index); }
  ByteSpan at(std::uint32_t index) const { return {&memory_[index * bytes_], bytes_}; }
  std::size_t bytes() const { return bytes_; }
  std::size_t free() const { return free_.size(); }

 private:
  std::size_t bytes_;
  std::unique_ptr<std::uint8_t[]> memory_;
  std::vector<std::uint32_t> free_;  // never grows beyond what it had at first
};

}  // namespace p3a
