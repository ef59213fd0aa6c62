#include "ports/linux/storage/linux_disk.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>

#include <cerrno>
#include <filesystem>
#include <limits>

#include "core/base/checked.h"
#include "ports/linux/storage/storage_error.h"

namespace p3a {
namespace {

constexpr unsigned kFileMode = 0644;
constexpr unsigned kFolderMode = 0755;
constexpr int kOpenFolder = O_RDONLY | O_DIRECTORY;

std::unexpected<Error> failed(int error_number) {
  return std::unexpected(storage_error(error_number));
}

Status status_of(int error_number) {
  if (error_number != 0) return failed(error_number);
  return {};
}

/// 0 or errno, of a call that gives -1 on error.
int error_of(int returned) { return returned < 0 ? errno : 0; }

/// Opens what lies below the root, following no link on the way.
int open_below(int root, const std::string& path, int flags, FileDescriptor& out) {
  open_how how{};
  how.flags = static_cast<unsigned>(flags | O_CLOEXEC | O_NOFOLLOW);
  how.mode = (flags & O_CREAT) != 0 ? kFileMode : 0;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
  long number = 0;
  do {
    number = ::syscall(SYS_openat2, root, path.c_str(), &how, sizeof(how));
  } while (number < 0 &&
           (errno == EINTR || errno == EAGAIN));  // EAGAIN: something was renamed meanwhile
  if (number < 0) return errno;
  out = FileDescriptor(static_cast<int>(number));
  return 0;
}

int open_folder(int root, const std::optional<StoragePath>& folder, FileDescriptor& out) {
  return open_below(root, folder ? folder->text() : ".", kOpenFolder, out);
}

class LinuxWritableFile final : public WritableFile {
 public:
  /// `old_size`: of what is written over, 0 for a new file.
  explicit LinuxWritableFile(FileDescriptor file, std::uint64_t old_size = 0)
      : file_(std::move(file)), old_size_(old_size) {}

  Status write(ByteView bytes) override {
    written_ += bytes.size();
    while (!bytes.empty()) {
      const ssize_t count = ::write(file_.get(), bytes.data(), bytes.size());
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return failed(errno);
      if (count == 0) return failed(ENOSPC);
      bytes = bytes.subspan(static_cast<std::size_t>(count));
    }
    return {};
  }

  Status truncate() override {
    if (written_ >= old_size_) return {};
    return status_of(error_of(::ftruncate(file_.get(), static_cast<off_t>(written_))));
  }
  // fdatasync brings the size along, and leaves out only the times.
  Status sync() override { return status_of(error_of(::fdatasync(file_.get()))); }
  // ext4 writes out a file that is renamed over another before the rename returns; begun early,
  // that is done by then.
  void start_sync() override { ::sync_file_range(file_.get(), 0, 0, SYNC_FILE_RANGE_WRITE); }

 private:
  FileDescriptor file_;
  std::uint64_t old_size_;
  std::uint64_t written_ = 0;
};

class LinuxReadableFile final : public ReadableFile {
 public:
  LinuxReadableFile(FileDescriptor file, std::uint64_t size)
      : file_(std::move(file)), size_(size) {}

  std::uint64_t size() const override { return size_; }

  std::size_t read_at(std::uint64_t offset, ByteSpan out) override {
    std::size_t filled = 0;
    while (filled < out.size() && offset + filled < size_) {
      const ssize_t count = ::pread(file_.get(), out.data() + filled, out.size() - filled,
                                    static_cast<off_t>(offset + filled));
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0) break;
      filled += static_cast<std::size_t>(count);
    }
    return filled;
  }

 private:
  FileDescriptor file_;
  std::uint64_t size_;
};

/// Whether a regular file, opened for writing, has one name and nobody else has it open: only then
/// the kernel grants a lease, which is given back at once. Whoever opens it later by its temporary
/// name has himself to blame.
bool only_ours(int file, struct stat& info) {
  if (::fstat(file, &info) < 0 || !S_ISREG(info.st_mode) || info.st_nlink != 1) return false;
  return ::fcntl(file, F_SETLEASE, F_WRLCK) == 0 && ::fcntl(file, F_SETLEASE, F_UNLCK) == 0;
}

/// Makes one folder in another and sees that it stays.
int make_one_folder(int parent, const std::string& name) {
  if (::mkdirat(parent, name.c_str(), kFolderMode) < 0) return errno == EEXIST ? 0 : errno;
  return error_of(::fsync(parent));
}

int make_folders(int root, const StoragePath& folder) {
  FileDescriptor made;
  if (open_below(root, folder.text(), kOpenFolder, made) == 0) return 0;
  const auto above = folder.folder();
  if (above) {
    if (const int error = make_folders(root, *above); error != 0) return error;
  }
  FileDescriptor parent;
  int error = open_folder(root, above, parent);
  if (error == 0) error = make_one_folder(parent.get(), std::string(folder.name()));
  if (error == 0) error = open_below(root, folder.text(), kOpenFolder, made);
  return error;
}

struct FolderCloser {
  void operator()(DIR* folder) const { ::closedir(folder); }
};

int read_folder(FileDescriptor folder, std::vector<FileInfo>& files) {
  const std::unique_ptr<DIR, FolderCloser> entries(::fdopendir(folder.get()));
  if (!entries) return errno;
  const int number = folder.release();
  errno = 0;
  while (const dirent* entry = ::readdir(entries.get())) {
    struct stat info{};
    if ((entry->d_type == DT_REG || entry->d_type == DT_UNKNOWN) &&
        ::fstatat(number, entry->d_name, &info, AT_SYMLINK_NOFOLLOW) == 0 &&
        S_ISREG(info.st_mode)) {
      const Micros modified =
          std::chrono::seconds(info.st_mtim.tv_sec) +
          std::chrono::duration_cast<Micros>(std::chrono::nanoseconds(info.st_mtim.tv_nsec));
      files.push_back({entry->d_name, static_cast<std::uint64_t>(info.st_size), modified});
    }
    errno = 0;
  }
  return errno;
}

/// Errors that a folder gives when it was removed, or its medium was.
bool may_be_stale(int error_number) {
  return error_number == ENOENT || error_number == ESTALE || error_number == EIO ||
         error_number == ENODEV || error_number == ENXIO || error_number == ENOTCONN;
}

bool same_folder(int a, int b) {
  struct stat of_a{};
  struct stat of_b{};
  return ::fstat(a, &of_a) == 0 && ::fstat(b, &of_b) == 0 && of_a.st_dev == of_b.st_dev &&
         of_a.st_ino == of_b.st_ino;
}

FileDescriptor open_root(const std::string& path) {
  return FileDescriptor(::open(path.c_str(), kOpenFolder | O_CLOEXEC));
}

}  // namespace

LinuxDisk::LinuxDisk(std::string root) : path_(std::move(root)) {
  std::error_code ignored;  // what cannot be made cannot be opened either, which every call reports
  std::filesystem::create_directories(path_, ignored);
}

Status LinuxDisk::make_folder(const StoragePath& folder) {
  return status_of(with_root([&](int root) { return make_folders(root, folder); }));
}

Result<std::unique_ptr<WritableFile>> LinuxDisk::create(const StoragePath& path) {
  FileDescriptor file;
  const int error = with_root(
      [&](int root) { return open_below(root, path.text(), O_WRONLY | O_CREAT | O_EXCL, file); });
  if (error != 0) return failed(error);
  return std::make_unique<LinuxWritableFile>(std::move(file));
}

Result<std::unique_ptr<ReadableFile>> LinuxDisk::open(const StoragePath& path) {
  const auto nothing = [] { return fail(ErrorCode::kNotFound, "there is no such file"); };
  FileDescriptor file;
  // O_NONBLOCK: opening a pipe must not wait for its other end.
  const int error = with_root(
      [&](int root) { return open_below(root, path.text(), O_RDONLY | O_NONBLOCK, file); });
  switch (error) {
    case 0:
      break;
    case ENOENT:
    case ENOTDIR:
    case ELOOP:
    case EXDEV:
    case ENXIO:  // a socket, a device without its hardware
    case ENAMETOOLONG:
      return nothing();
    default:
      return failed(error);
  }
  struct stat info{};
  if (::fstat(file.get(), &info) < 0) return failed(errno);
  if (!S_ISREG(info.st_mode)) return nothing();
  return std::make_unique<LinuxReadableFile>(std::move(file),
                                             static_cast<std::uint64_t>(info.st_size));
}

Status LinuxDisk::rename(const StoragePath& from, const StoragePath& to) {
  if (from.folder() != to.folder()) {
    return fail(ErrorCode::kInternal, "a file cannot be renamed into another folder");
  }
  return status_of(with_root([&](int root) {
    FileDescriptor folder;
    if (const int error = open_folder(root, from.folder(), folder); error != 0) return error;
    return error_of(::renameat(folder.get(), std::string(from.name()).c_str(), folder.get(),
                               std::string(to.name()).c_str()));
  }));
}

Result<bool> LinuxDisk::exchange(const StoragePath& from, const StoragePath& to) {
  if (from.folder() != to.folder()) {
    return fail(ErrorCode::kInternal, "a file cannot be renamed into another folder");
  }
  const std::string old_name(from.name());
  const std::string new_name(to.name());
  bool exchanged = false;
  const int error = with_root([&](int root) {
    FileDescriptor folder;
    if (const int failure = open_folder(root, from.folder(), folder); failure != 0) return failure;
    const int number = folder.get();
    exchanged =
        ::renameat2(number, old_name.c_str(), number, new_name.c_str(), RENAME_EXCHANGE) == 0;
    if (exchanged) return 0;  // else there is nothing to replace, or the file system cannot
    return error_of(::renameat(number, old_name.c_str(), number, new_name.c_str()));
  });
  if (error != 0) return failed(error);
  return exchanged;
}

Result<std::unique_ptr<WritableFile>> LinuxDisk::overwrite(const StoragePath& path) {
  FileDescriptor file;
  const int error =
      with_root([&](int root) { return open_below(root, path.text(), O_WRONLY, file); });
  struct stat info{};
  if (error != 0 || !only_ours(file.get(), info)) {
    return fail(ErrorCode::kNotFound, "there is no such file that nobody uses");
  }
  return std::make_unique<LinuxWritableFile>(std::move(file),
                                             static_cast<std::uint64_t>(info.st_size));
}

Status LinuxDisk::remove(const StoragePath& path) {
  const int error = with_root([&](int root) {
    FileDescriptor folder;
    if (const int failure = open_folder(root, path.folder(), folder); failure != 0) return failure;
    return error_of(::unlinkat(folder.get(), std::string(path.name()).c_str(), 0));
  });
  return status_of(error == ENOENT ? 0 : error);
}

Status LinuxDisk::sync_folder(const std::optional<StoragePath>& folder) {
  return status_of(with_root([&](int root) {
    FileDescriptor opened;
    if (const int error = open_folder(root, folder, opened); error != 0) return error;
    return error_of(::fsync(opened.get()));
  }));
}

Result<std::vector<FileInfo>> LinuxDisk::list(const std::optional<StoragePath>& folder) {
  std::vector<FileInfo> files;
  const int error = with_root([&](int root) {
    FileDescriptor opened;
    files.clear();
    if (const int failure = open_folder(root, folder, opened); failure != 0) return failure;
    return read_folder(std::move(opened), files);
  });
  if (error != 0 && error != ENOENT) return failed(error);
  return files;
}

Result<StorageTotals> LinuxDisk::totals() {
  struct statvfs figures{};
  const int error = with_root([&](int root) { return error_of(::fstatvfs(root, &figures)); });
  if (error != 0) return failed(error);
  const auto bytes = [&](std::uint64_t blocks) {
    return checked_mul<std::uint64_t>(blocks, figures.f_frsize)
        .value_or(std::numeric_limits<std::uint64_t>::max());
  };
  return StorageTotals{bytes(figures.f_blocks), bytes(figures.f_bavail)};
}

// Gives the operation's errno, or kRootMissing. When the error may mean that the held root is no
// longer the one that its path names, the operation is tried again below the one that it names now.
template <class Operation>
int LinuxDisk::with_root(Operation operation) {
  const Root held = root();
  if (!held) return kRootMissing;
  const int error = operation(held->get());
  if (!may_be_stale(error)) return error;
  const Root now = reopened(held);
  if (!now) return kRootMissing;
  return now == held ? error : operation(now->get());
}

LinuxDisk::Root LinuxDisk::root() {
  const std::lock_guard lock(mutex_);
  if (!root_) {
    if (FileDescriptor opened = open_root(path_)) {
      root_ = std::make_shared<const FileDescriptor>(std::move(opened));
    }
  }
  return root_;
}

LinuxDisk::Root LinuxDisk::reopened(const Root& stale) {
  FileDescriptor opened = open_root(path_);
  const std::lock_guard lock(mutex_);
  if (!opened) {
    root_.reset();
  } else if (!same_folder(opened.get(), stale->get())) {
    root_ = std::make_shared<const FileDescriptor>(std::move(opened));
  }
  return root_;
}

}  // namespace p3a
