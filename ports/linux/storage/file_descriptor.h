// Owns a file descriptor and closes it. One thread at a time; what it names may be used by several.
#pragma once

#include <unistd.h>

#include <utility>

namespace p3a {

class FileDescriptor {
 public:
  FileDescriptor() = default;
  explicit FileDescriptor(int number) : number_(number) {}
  FileDescriptor(FileDescriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~FileDescriptor() {
    if (number_ >= 0) ::close(number_);
  }
  explicit operator bool() const { return number_ >= 0; }
  int get() const { return number_; }
  /// Gives it away.
  int release() { return std::exchange(number_, -1); }

 private:
  int number_ = -1;
};

}  // namespace p3a
