// A file on its way in: received straight into a temporary file, which goes away unless it gets a
// name.
//
// The first bytes tell the format; nothing touches the disk before they are known to be a picture.
// The disk outlives it. One thread at a time; every method may block for as long as the disk does.
#pragma once

#include <array>
#include <memory>
#include <optional>

#include "device/ports.h"

namespace p3a {

class IncomingFile {
 public:
  struct Temporary {
    StoragePath path;
    bool is_spare = false;  ///< there is a file of that name, which may be written over
  };

  /// `claimed`: the format that somebody announced, if anybody did.
  IncomingFile(Disk& disk, Temporary temporary, std::uint64_t max_bytes,
               std::optional<ImageFormat> claimed);
  IncomingFile(const IncomingFile&) = delete;
  IncomingFile& operator=(const IncomingFile&) = delete;
  ~IncomingFile();

  /// Errors: kFileTooLarge, kUnknownFormat, kFormatMismatch, those of the disk.
  Status write(ByteView bytes);
  /// To be asked after the last write: kEmptyBody, kUnknownFormat for what is too short to be
  /// anything.
  Status complete() const;

  std::uint64_t size() const { return size_; }
  /// Once it is complete.
  ImageFormat format() const { return *format_; }

  Result<std::unique_ptr<ReadableFile>> open();
  Status sync();
  void start_sync() { file_->start_sync(); }
  /// Gives it its name, in the same folder, replacing what has it; from then on it stays.
  Status rename(const StoragePath& path);
  /// The same; true when what it replaced lives on under the temporary name, and goes with this
  /// object unless it is kept.
  Result<bool> exchange(const StoragePath& path);
  const StoragePath& keep_temporary();

 private:
  Status recognise();
  Status create();

  Disk& disk_;
  const StoragePath temporary_;
  bool is_spare_;
  const std::uint64_t max_bytes_;
  const std::optional<ImageFormat> claimed_;
  std::optional<ImageFormat> format_;
  std::array<std::uint8_t, kMagicBytes>
      magic_{};  // the first bytes, until there are enough of them
  std::uint64_t size_ = 0;
  std::unique_ptr<WritableFile> file_;
  bool on_disk_;  // under the temporary name
};

}  // namespace p3a
