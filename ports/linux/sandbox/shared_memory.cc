#include "ports/linux/sandbox/shared_memory.h"

#include <fcntl.h>
#include <sys/mman.h>

#include <utility>

namespace p3a {
namespace {

std::unexpected<Error> none(std::size_t bytes) {
  return fail(ErrorCode::kInternal, "the machine gives no ", bytes / 1024,
              " KiB of memory to share with the decoder");
}

}  // namespace

Result<SharedMemory> SharedMemory::make(const char* name, std::size_t bytes) {
  FileDescriptor descriptor(::memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!descriptor || ::ftruncate(descriptor.get(), static_cast<off_t>(bytes)) != 0 ||
      ::fcntl(descriptor.get(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0)
    return none(bytes);
  return map(std::move(descriptor), bytes);
}

Result<SharedMemory> SharedMemory::map(FileDescriptor descriptor, std::size_t bytes) {
  void* const address =
      ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor.get(), 0);
  if (address == MAP_FAILED) return none(bytes);
  return SharedMemory(std::move(descriptor), address, bytes);
}

SharedMemory::SharedMemory(SharedMemory&& other) noexcept
    : descriptor_(std::move(other.descriptor_)),
      address_(std::exchange(other.address_, nullptr)),
      size_(std::exchange(other.size_, 0)) {}

SharedMemory& SharedMemory::operator=(SharedMemory&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  std::swap(address_, other.address_);
  std::swap(size_, other.size_);
  return *this;
}

SharedMemory::~SharedMemory() {
  if (address_ != nullptr) ::munmap(address_, size_);
}

void SharedMemory::discard(std::size_t offset, std::size_t bytes) const {
  advise(offset, bytes, MADV_REMOVE);
}

void SharedMemory::let_go(std::size_t offset, std::size_t bytes) const {
  advise(offset, bytes, MADV_DONTNEED);
}

// For the pages that lie wholly in the range.
void SharedMemory::advise(std::size_t offset, std::size_t bytes, int advice) const {
  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  const std::size_t begin = (offset + page - 1) / page * page;
  const std::size_t end = (offset + bytes) / page * page;
  if (begin < end) ::madvise(static_cast<std::uint8_t*>(address_) + begin, end - begin, advice);
}

}  // namespace p3a
