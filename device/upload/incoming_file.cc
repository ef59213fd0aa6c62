#include "device/upload/incoming_file.h"

#include <algorithm>

#include "device/upload/upload_request.h"

namespace p3a {
namespace {

std::unexpected<Error> unknown_format() {
  return fail(ErrorCode::kUnknownFormat,
              "this is no picture that the display knows: send PNG, JPEG, WebP or GIF");
}

}  // namespace

IncomingFile::IncomingFile(Disk& disk, Temporary temporary, std::uint64_t max_bytes,
                           std::optional<ImageFormat> claimed)
    : disk_(disk),
      temporary_(std::move(temporary.path)),
      is_spare_(temporary.is_spare),
      max_bytes_(max_bytes),
      claimed_(claimed),
      on_disk_(temporary.is_spare) {}

IncomingFile::~IncomingFile() {
  file_.reset();
  // When this fails, Uploads::recover() removes it at the next start.
  if (on_disk_) static_cast<void>(disk_.remove(temporary_));
}

Status IncomingFile::write(ByteView bytes) {
  if (bytes.size() > max_bytes_ - std::min(size_, max_bytes_)) return file_too_large(max_bytes_);
  if (size_ < kMagicBytes) {
    const auto at = static_cast<std::size_t>(size_);
    const std::size_t count = std::min(bytes.size(), kMagicBytes - at);
    std::copy_n(bytes.begin(), count, magic_.begin() + static_cast<std::ptrdiff_t>(at));
    bytes = bytes.subspan(count);
    size_ += count;
    if (size_ < kMagicBytes) return {};
    auto status = recognise();
    if (status) status = create();
    if (status) status = file_->write(magic_);
    if (!status) return status;
  }
  if (bytes.empty()) return {};
  size_ += bytes.size();
  return file_->write(bytes);
}

Status IncomingFile::complete() const {
  if (size_ == 0)
    return fail(ErrorCode::kEmptyBody, "the file is empty: choose one with a picture in it");
  if (!format_) return unknown_format();
  return {};
}

Result<std::unique_ptr<ReadableFile>> IncomingFile::open() {
  if (auto cut = file_->truncate(); !cut) return std::unexpected(cut.error());
  auto file = disk_.open(temporary_);
  if (file || file.error().code != ErrorCode::kNotFound) return file;
  return fail(
      ErrorCode::kStorageUnavailable,
      "the file went away while it was received; does another program clean up the storage?");
}

Status IncomingFile::sync() { return file_->sync(); }

Status IncomingFile::rename(const StoragePath& path) {
  file_.reset();
  const auto status = disk_.rename(temporary_, path);
  if (status) on_disk_ = false;
  return status;
}

Result<bool> IncomingFile::exchange(const StoragePath& path) {
  file_.reset();
  const auto exchanged = disk_.exchange(temporary_, path);
  if (exchanged) on_disk_ = *exchanged;
  return exchanged;
}

const StoragePath& IncomingFile::keep_temporary() {
  on_disk_ = false;
  return temporary_;
}

Status IncomingFile::recognise() {
  format_ = format_from_magic(magic_);
  if (!format_) return unknown_format();
  if (claimed_ && *claimed_ != *format_) {
    return fail(ErrorCode::kFormatMismatch, "the file is ", format_name(*format_),
                " but was announced as ", format_name(*claimed_),
                ": give it its right name, ending and type");
  }
  return {};
}

Status IncomingFile::create() {
  if (is_spare_) {
    auto spare = disk_.overwrite(temporary_);
    if (spare) {
      file_ = std::move(*spare);
      return {};
    }
    if (auto status = disk_.remove(temporary_); !status) return status;
  }
  if (const auto folder = temporary_.folder()) {
    if (auto status = disk_.make_folder(*folder); !status) return status;
  }
  auto file = disk_.create(temporary_);
  if (!file) return std::unexpected(file.error());
  file_ = std::move(*file);
  on_disk_ = true;
  return {};
}

}  // namespace p3a
