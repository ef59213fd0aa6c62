// Memory that two processes share: a memfd of a size that nobody can change any more, mapped.
//
// Its pages are zero and cost nothing before they are written. Not executable. The mapping is
// inherited by fork(); a process that was there before gets it by the descriptor. One thread at a
// time; the bytes may be used by several.
#pragma once

#include <cstddef>

#include "core/base/bytes.h"
#include "core/base/error.h"
#include "ports/linux/storage/file_descriptor.h"

namespace p3a {

class SharedMemory {
 public:
  /// Error: kInternal, the machine gives none.
  static Result<SharedMemory> make(const char* name, std::size_t bytes);
  /// Maps what another process made. Error: as above.
  static Result<SharedMemory> map(FileDescriptor descriptor, std::size_t bytes);
  SharedMemory(SharedMemory&& other) noexcept;
  SharedMemory& operator=(SharedMemory&& other) noexcept;
  ~SharedMemory();

  ByteSpan bytes() const { return {static_cast<std::uint8_t*>(address_), size_}; }
  int descriptor() const { return descriptor_.get(); }
  /// The mapping stays.
  void close_descriptor() { descriptor_ = FileDescriptor(); }
  /// Gives the pages wholly within that range back to the machine; they read as zero then.
  void discard(std::size_t offset, std::size_t bytes) const;
  /// Takes those pages from this process' resident memory; what they hold stays for who else maps
  /// them, and comes back when it is touched.
  void let_go(std::size_t offset, std::size_t bytes) const;

 private:
  void advise(std::size_t offset, std::size_t bytes, int advice) const;
  SharedMemory(FileDescriptor descriptor, void* address, std::size_t size)
      : descriptor_(std::move(descriptor)), address_(address), size_(size) {}

  FileDescriptor descriptor_;
  void* address_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace p3a
