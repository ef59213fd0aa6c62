// A source for tests and fuzzers that counts what a parser reads from it.
//
// Parsers of hostile files must not read more than a fixed multiple of the file, whatever it says.
#pragma once

#include "core/base/bytes.h"

namespace p3a {

class CountingSource final : public ByteSource {
 public:
  explicit CountingSource(ByteView bytes) : memory_(bytes) {}
  std::uint64_t size() const override { return memory_.size(); }
  std::size_t read_at(std::uint64_t offset, ByteSpan out) override {
    const std::size_t count = memory_.read_at(offset, out);
    ++reads_;
    bytes_ += count;
    return count;
  }
  std::uint64_t reads() const { return reads_; }
  std::uint64_t bytes() const { return bytes_; }

 private:
  MemorySource memory_;
  std::uint64_t reads_ = 0;
  std::uint64_t bytes_ = 0;
};

}  // namespace p3a
