#include "ports/linux/profile/throttled_disk.h"

#include <algorithm>
#include <utility>

#include "ports/linux/profile/chip_figures.h"

namespace p3a {
namespace {

Micros transfer(std::size_t bytes, const chip::Figure& bytes_per_second) {
  return Micros(
      static_cast<std::int64_t>(static_cast<double>(bytes) * 1e6 / bytes_per_second.value));
}

Micros sectors(double count) {
  return Micros(static_cast<std::int64_t>(count * chip::kSdSector.value));
}

}  // namespace

class ThrottledDisk::Reader final : public ReadableFile {
 public:
  Reader(Card& card, std::unique_ptr<ReadableFile> file) : card_(card), file_(std::move(file)) {}
  std::uint64_t size() const override { return file_->size(); }
  std::size_t read_at(std::uint64_t offset, ByteSpan out) override {
    const std::uint64_t left = file_->size() - std::min(offset, file_->size());
    const auto bytes = static_cast<std::size_t>(std::min<std::uint64_t>(left, out.size()));
    return card_.spend(transfer(bytes, chip::kSdRead), [&] { return file_->read_at(offset, out); });
  }

 private:
  Card& card_;
  std::unique_ptr<ReadableFile> file_;
};

class ThrottledDisk::Writer final : public WritableFile {
 public:
  Writer(Card& card, std::unique_ptr<WritableFile> file) : card_(card), file_(std::move(file)) {}
  Status write(ByteView bytes) override {
    return card_.spend(transfer(bytes.size(), chip::kSdWrite), [&] { return file_->write(bytes); });
  }
  Status truncate() override { return file_->truncate(); }
  Status sync() override {
    return card_.spend(sectors(chip::kSdSync.value), [&] { return file_->sync(); });
  }
  void start_sync() override { file_->start_sync(); }

 private:
  Card& card_;
  std::unique_ptr<WritableFile> file_;
};

Status ThrottledDisk::make_folder(const StoragePath& folder) { return disk_.make_folder(folder); }

Result<std::unique_ptr<WritableFile>> ThrottledDisk::create(const StoragePath& path) {
  auto file = card_.spend(sectors(1), [&] { return disk_.create(path); });
  if (!file) return std::unexpected(file.error());
  return std::make_unique<Writer>(card_, std::move(*file));
}

Result<std::unique_ptr<ReadableFile>> ThrottledDisk::open(const StoragePath& path) {
  auto file = disk_.open(path);
  if (!file) return std::unexpected(file.error());
  return std::make_unique<Reader>(card_, std::move(*file));
}

// FAT cannot rename over a file: away with the old one, in with the new one, and the old one is
// removed (ports/esp32p4/storage/fat_disk.h).
Status ThrottledDisk::rename(const StoragePath& from, const StoragePath& to) {
  const double one = chip::kSdRename.value;
  const bool replaces = disk_.open(to).has_value();
  return card_.spend(sectors(replaces ? 2 * one + chip::kSdRemove.value : one),
                     [&] { return disk_.rename(from, to); });
}

Status ThrottledDisk::remove(const StoragePath& path) {
  const bool there = disk_.open(path).has_value();
  return card_.spend(sectors(there ? chip::kSdRemove.value : 0),
                     [&] { return disk_.remove(path); });
}

// FatFs has written the entry when the call before returned.
Status ThrottledDisk::sync_folder(const std::optional<StoragePath>& folder) {
  return disk_.sync_folder(folder);
}

Result<std::vector<FileInfo>> ThrottledDisk::list(const std::optional<StoragePath>& folder) {
  return disk_.list(folder);
}

Result<StorageTotals> ThrottledDisk::totals() { return disk_.totals(); }

}  // namespace p3a
