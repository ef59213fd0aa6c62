#include "ports/esp32p4/storage/fatfs_volume.h"

#include <diskio.h>
#include <ff.h>

#include <algorithm>
#include <chrono>
#include <utility>

namespace p3a {
namespace {

constexpr BYTE kDeleted = 0xE5;  // the first byte of an entry that is none

std::unexpected<Error> error_of(FRESULT result) {
  switch (result) {
    case FR_INVALID_NAME:
      return fail(ErrorCode::kInvalidFilename,
                  "the card cannot hold this name: use letters, digits, '-', '_' and '.'");
    case FR_NO_FILE:
    case FR_NO_PATH:
      return fail(ErrorCode::kNotFound, "there is no such file on the card");
    case FR_WRITE_PROTECTED:
      return fail(ErrorCode::kStorageUnavailable, "the card is write-protected: move its switch");
    case FR_DENIED:  // also: no cluster left for the folder
      return fail(ErrorCode::kStorageFull, "the card has no room for this: delete pictures");
    case FR_NOT_READY:
    case FR_NOT_ENABLED:
    case FR_NO_FILESYSTEM:
      return fail(ErrorCode::kStorageUnavailable,
                  "there is no card with a FAT file system: put one in and restart");
    default:
      return fail(ErrorCode::kStorageUnavailable, "the card does not answer as it should (FatFs ",
                  static_cast<std::uint32_t>(result), "): try another card");
  }
}

Status status_of(FRESULT result) {
  if (result == FR_OK) return {};
  return error_of(result);
}

// FAT keeps local time in two-second steps from 1980 on.
Micros time_of(const FILINFO& info) {
  const std::chrono::year_month_day day{std::chrono::year(1980 + (info.fdate >> 9)),
                                        std::chrono::month((info.fdate >> 5) & 15U),
                                        std::chrono::day(info.fdate & 31U)};
  if (!day.ok()) return {};
  const std::chrono::seconds in_day{(info.ftime >> 11) * 3600 + ((info.ftime >> 5) & 63) * 60 +
                                    (info.ftime & 31) * 2};
  return std::chrono::sys_days(day).time_since_epoch() + in_day;
}

class OpenFile {
 public:
  explicit OpenFile(std::unique_ptr<FIL> file) : file_(std::move(file)) {}
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  ~OpenFile() { f_close(file_.get()); }
  FIL* operator->() const { return file_.get(); }
  FIL* get() const { return file_.get(); }

 private:
  std::unique_ptr<FIL> file_;  // holds a sector: not for the stack
};

Result<std::unique_ptr<OpenFile>> open_file(const std::string& path, BYTE mode) {
  auto file = std::make_unique<FIL>();
  if (const FRESULT result = f_open(file.get(), path.c_str(), mode); result != FR_OK)
    return error_of(result);
  return std::make_unique<OpenFile>(std::move(file));
}

class Writer final : public WritableFile {
 public:
  explicit Writer(std::unique_ptr<OpenFile> file) : file_(std::move(file)) {}
  Status write(ByteView bytes) override {
    UINT written = 0;
    const FRESULT result =
        f_write(file_->get(), bytes.data(), static_cast<UINT>(bytes.size()), &written);
    if (result != FR_OK) return error_of(result);
    if (written < bytes.size())  // FatFs' way of saying that no cluster is free
      return fail(ErrorCode::kStorageFull, "the card is full: delete pictures");
    return {};
  }
  Status sync() override { return status_of(f_sync(file_->get())); }

 private:
  std::unique_ptr<OpenFile> file_;
};

class Reader final : public ReadableFile {
 public:
  explicit Reader(std::unique_ptr<OpenFile> file) : file_(std::move(file)) {}
  std::uint64_t size() const override { return f_size(file_->get()); }
  std::size_t read_at(std::uint64_t offset, ByteSpan out) override {
    if (offset >= size() || f_lseek(file_->get(), static_cast<FSIZE_t>(offset)) != FR_OK) return 0;
    UINT count = 0;
    f_read(file_->get(), out.data(), static_cast<UINT>(out.size()), &count);
    return count;
  }

 private:
  std::unique_ptr<OpenFile> file_;
};

Result<std::vector<FILINFO>> entries_of(const std::string& folder) {
  auto opened = std::make_unique<FF_DIR>();
  const FRESULT found = f_opendir(opened.get(), folder.c_str());
  std::vector<FILINFO> out;
  if (found == FR_NO_PATH || found == FR_NO_FILE) return out;
  if (found != FR_OK) return error_of(found);
  FRESULT result = FR_OK;
  for (auto info = std::make_unique<FILINFO>();;) {
    result = f_readdir(opened.get(), info.get());
    if (result != FR_OK || info->fname[0] == '\0') break;
    out.push_back(*info);
  }
  f_closedir(opened.get());
  if (result != FR_OK) return error_of(result);
  return out;
}

bool is_folder(const FILINFO& info) { return (info.fattrib & AM_DIR) != 0; }

}  // namespace

std::string FatfsVolume::full(const std::string& path) const {
  return path.empty() ? root_ : root_ + '/' + path;
}

Status FatfsVolume::make_folder(const std::string& path) {
  const FRESULT result = f_mkdir(full(path).c_str());
  return result == FR_EXIST ? Status{} : status_of(result);
}

Result<bool> FatfsVolume::exists(const std::string& path) {
  const FRESULT result = f_stat(full(path).c_str(), nullptr);
  if (result == FR_OK) return true;
  if (result == FR_NO_FILE || result == FR_NO_PATH) return false;
  return error_of(result);
}

Result<std::unique_ptr<WritableFile>> FatfsVolume::create(const std::string& path) {
  auto file = open_file(full(path), FA_WRITE | FA_CREATE_NEW);
  if (!file) return std::unexpected(file.error());
  return std::make_unique<Writer>(std::move(*file));
}

Result<std::unique_ptr<ReadableFile>> FatfsVolume::open(const std::string& path) {
  auto file = open_file(full(path), FA_READ);
  if (!file) return std::unexpected(file.error());
  return std::make_unique<Reader>(std::move(*file));
}

Status FatfsVolume::rename(const std::string& from, const std::string& to) {
  return status_of(f_rename(full(from).c_str(), full(to).c_str()));
}

Status FatfsVolume::remove(const std::string& path) {
  return status_of(f_unlink(full(path).c_str()));
}

// FatFs can only remove a name together with its clusters, so the entry is marked as deleted on the
// card itself; the parts of a long name before it are nothing without it.
Status FatfsVolume::forget(const std::string& path) {
  auto file = open_file(full(path), FA_READ);
  if (!file) return std::unexpected(file.error());
  FATFS* const volume = (**file)->obj.fs;
  const LBA_t sector = (**file)->dir_sect;
  const auto offset = (**file)->dir_ptr - volume->win;
  file->reset();
  auto bytes = std::make_unique<BYTE[]>(FF_MAX_SS);
  DRESULT done = disk_read(volume->pdrv, bytes.get(), sector, 1);
  bytes[static_cast<std::size_t>(offset)] = kDeleted;
  if (done == RES_OK) done = disk_write(volume->pdrv, bytes.get(), sector, 1);
  if (volume->winsect == sector) volume->win[offset] = kDeleted;  // its cached copy
  return done == RES_OK ? Status{} : status_of(FR_DISK_ERR);
}

Result<std::vector<FatEntry>> FatfsVolume::list(const std::string& folder, bool with_clusters) {
  const auto entries = entries_of(full(folder));
  if (!entries) return std::unexpected(entries.error());
  std::vector<FatEntry> out;
  for (const FILINFO& info : *entries) {
    if (is_folder(info)) continue;
    FatEntry entry{{info.fname, info.fsize, time_of(info)}, 0};
    if (with_clusters) {
      const auto file = open_file(
          full(folder.empty() ? entry.info.name : folder + '/' + entry.info.name), FA_READ);
      if (!file) return std::unexpected(file.error());
      entry.first_cluster = (**file)->obj.sclust;
    }
    out.push_back(std::move(entry));
  }
  return out;
}

Result<std::vector<std::string>> FatfsVolume::folders(const std::string& folder) {
  const auto entries = entries_of(full(folder));
  if (!entries) return std::unexpected(entries.error());
  std::vector<std::string> out;
  for (const FILINFO& info : *entries) {
    if (is_folder(info)) out.emplace_back(info.fname);
  }
  return out;
}

Result<StorageTotals> FatfsVolume::totals() {
  FATFS* volume = nullptr;
  DWORD free_clusters = 0;
  const FRESULT result = f_getfree(root_.c_str(), &free_clusters, &volume);
  if (result != FR_OK) return error_of(result);
#if FF_MAX_SS != FF_MIN_SS
  const std::uint64_t sector_bytes = volume->ssize;
#else
  const std::uint64_t sector_bytes = FF_MIN_SS;
#endif
  const std::uint64_t cluster_bytes = sector_bytes * volume->csize;
  return StorageTotals{(volume->n_fatent - 2) * cluster_bytes, free_clusters * cluster_bytes};
}

}  // namespace p3a
