// Bytes that somebody else keeps, as an opened file. They must outlive it; one thread at a time.
#pragma once

#include "device/ports.h"
#include "device/recycled.h"

namespace p3a {

class BorrowedFile final : public ReadableFile, public Recycled<BorrowedFile, 4> {
 public:
  explicit BorrowedFile(ByteView bytes) : bytes_(bytes) {}
  std::uint64_t size() const override { return bytes_.size(); }
  std::size_t read_at(std::uint64_t offset, ByteSpan out) override {
    return MemorySource(bytes_).read_at(offset, out);
  }
  ByteView in_memory() const override { return bytes_; }

 private:
  ByteView bytes_;
};

}  // namespace p3a
