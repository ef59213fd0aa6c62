#include "ports/fake/fake_disk.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <random>
#include <set>

namespace p3a {
namespace {

/// The bytes of a file, whatever its name.
struct Inode {
  std::string bytes;
  std::string synced;
  Micros modified{};
  int readers = 0;
};
using InodeRef = std::shared_ptr<Inode>;
using Names = std::map<std::string, InodeRef, std::less<>>;

/// A change of a folder that has not reached the medium.
struct FolderChange {
  std::string folder;
  std::string removed;  ///< name that goes, empty for none
  std::string added;    ///< name that comes, empty for none
  InodeRef inode;
  InodeRef exchanged;  ///< gets the name that goes
};

std::string folder_of(std::string_view path) {
  const auto slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string() : std::string(path.substr(0, slash));
}

void apply_change(const FolderChange& change, Names& names) {
  if (!change.removed.empty()) {
    const auto found = names.find(change.removed);
    if (found != names.end() && found->second == change.inode) names.erase(found);
  }
  if (!change.added.empty()) names[change.added] = change.inode;
  if (change.exchanged) names[change.removed] = change.exchanged;
}

/// What power loss leaves of a file's bytes.
std::string survivor(const Inode& inode, std::uint64_t seed, std::mt19937_64& random) {
  if (inode.bytes == inode.synced || seed == 1) return inode.bytes;
  if (seed == 0) return inode.synced;
  std::string left = inode.bytes.substr(0, random() % (inode.bytes.size() + 1));
  if (left.size() < inode.synced.size() && random() % 2 == 0) {
    return left.append(inode.synced, left.size());  // written over as far as it came
  }
  if (random() % 4 == 0)
    left.resize(inode.bytes.size(), '\0');  // the size arrived, the blocks did not
  return left;
}

}  // namespace

struct FakeDisk::State {
  mutable std::mutex mutex;
  Names names;
  Names synced_names;
  std::vector<FolderChange> pending;
  std::set<std::string, std::less<>> folders{""};
  std::vector<std::string> calls;
  std::size_t fail_at = 0;
  std::size_t fail_from = 0;
  std::size_t stop_at = 0;
  ErrorCode fail_code = ErrorCode::kStorageUnavailable;
  bool corrupt_reads = false;
  std::uint64_t capacity = std::uint64_t{1} << 30;
  std::int64_t ticks = 0;

  /// Counts a call and says whether it is one that fails. The mutex is held.
  Status begin(std::string call) {
    calls.push_back(std::move(call));
    const std::size_t number = calls.size();
    if (stop_at != 0 && number >= stop_at) {
      return fail(ErrorCode::kStorageUnavailable, "The machine has stopped.");
    }
    if (number != fail_at && (fail_from == 0 || number < fail_from)) return {};
    if (fail_code == ErrorCode::kStorageFull) return fail(fail_code, "The storage is full.");
    return fail(fail_code, "The storage does not answer.");
  }

  /// Whether bytes and names no longer change: the machine stands still.
  bool stopped_before() const { return stop_at != 0 && calls.size() > stop_at; }

  void change(FolderChange change) {
    apply_change(change, names);
    pending.push_back(std::move(change));
  }

  std::uint64_t used() const {
    std::uint64_t sum = 0;
    for (const auto& [name, inode] : names) sum += inode->bytes.size();
    return sum;
  }

  class Writer;
  class Reader;
};

class FakeDisk::State::Writer final : public WritableFile {
 public:
  Writer(std::shared_ptr<State> state, std::string path, InodeRef inode)
      : state_(std::move(state)), path_(std::move(path)), inode_(std::move(inode)) {}

  Status write(ByteView bytes) override {
    const std::lock_guard lock(state_->mutex);
    auto begun = state_->begin("write " + path_);
    const std::size_t end = std::max(inode_->bytes.size(), written_ + bytes.size());
    if (begun && state_->used() + (end - inode_->bytes.size()) > state_->capacity) {
      begun = fail(ErrorCode::kStorageFull, "The storage is full.");
    }
    if (state_->stopped_before()) return begun;
    const auto count = begun ? bytes.size() : bytes.size() / 2;
    inode_->bytes.replace(written_, count, reinterpret_cast<const char*>(bytes.data()), count);
    written_ += count;
    inode_->modified = Micros(++state_->ticks);
    return begun;
  }

  Status truncate() override {
    const std::lock_guard lock(state_->mutex);
    if (written_ == inode_->bytes.size()) return {};
    auto begun = state_->begin("truncate " + path_);
    if (begun) inode_->bytes.resize(written_);
    return begun;
  }

  Status sync() override {
    const std::lock_guard lock(state_->mutex);
    auto begun = state_->begin("sync " + path_);
    if (!begun) return begun;
    inode_->synced = inode_->bytes;
    return begun;
  }

 private:
  std::shared_ptr<State> state_;
  std::string path_;
  InodeRef inode_;
  std::size_t written_ = 0;
};

class FakeDisk::State::Reader final : public ReadableFile {
 public:
  Reader(std::shared_ptr<State> state, InodeRef inode)
      : state_(std::move(state)), inode_(std::move(inode)) {
    ++inode_->readers;
  }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;
  ~Reader() override {
    const std::lock_guard lock(state_->mutex);
    --inode_->readers;
  }

  std::uint64_t size() const override {
    const std::lock_guard lock(state_->mutex);
    return inode_->bytes.size();
  }

  std::size_t read_at(std::uint64_t offset, ByteSpan out) override {
    const std::lock_guard lock(state_->mutex);
    const std::string& bytes = inode_->bytes;
    MemorySource source({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
    const std::size_t count = source.read_at(offset, out);
    if (state_->corrupt_reads && count > 0) out[0] = static_cast<std::uint8_t>(out[0] ^ 1);
    return count;
  }

 private:
  std::shared_ptr<State> state_;
  InodeRef inode_;
};

FakeDisk::FakeDisk() : state_(std::make_shared<State>()) {}
FakeDisk::~FakeDisk() = default;

Status FakeDisk::make_folder(const StoragePath& folder) {
  const std::lock_guard lock(state_->mutex);
  const auto begun = state_->begin("make_folder " + folder.text());
  if (!begun) return begun;
  // Folders are durable at once: ports sync the parents of those that they make.
  for (std::string name = folder.text(); !name.empty(); name = folder_of(name)) {
    state_->folders.insert(name);
  }
  return {};
}

Result<std::unique_ptr<WritableFile>> FakeDisk::create(const StoragePath& path) {
  const std::lock_guard lock(state_->mutex);
  if (const auto begun = state_->begin("create " + path.text()); !begun) {
    return std::unexpected(begun.error());
  }
  if (!state_->folders.contains(folder_of(path.text()))) {
    return fail(ErrorCode::kStorageUnavailable, "There is no such folder.");
  }
  if (state_->names.contains(path.text())) {
    return fail(ErrorCode::kStorageUnavailable, "The name is taken.");
  }
  auto inode = std::make_shared<Inode>();
  inode->modified = Micros(++state_->ticks);
  state_->change({folder_of(path.text()), {}, path.text(), inode, {}});
  return std::make_unique<State::Writer>(state_, path.text(), std::move(inode));
}

Result<std::unique_ptr<ReadableFile>> FakeDisk::open(const StoragePath& path) {
  const std::lock_guard lock(state_->mutex);
  if (const auto begun = state_->begin("open " + path.text()); !begun) {
    return std::unexpected(begun.error());
  }
  const auto found = state_->names.find(path.text());
  if (found == state_->names.end()) return fail(ErrorCode::kNotFound, "There is no such file.");
  return std::make_unique<State::Reader>(state_, found->second);
}

Status FakeDisk::rename(const StoragePath& from, const StoragePath& to) {
  const std::lock_guard lock(state_->mutex);
  const auto begun = state_->begin("rename " + from.text() + " " + to.text());
  if (!begun) return begun;
  const auto found = state_->names.find(from.text());
  if (found == state_->names.end() || folder_of(from.text()) != folder_of(to.text())) {
    return fail(ErrorCode::kStorageUnavailable, "There is no such file.");
  }
  state_->change({folder_of(to.text()), from.text(), to.text(), found->second, {}});
  return {};
}

Result<bool> FakeDisk::exchange(const StoragePath& from, const StoragePath& to) {
  const std::lock_guard lock(state_->mutex);
  const auto begun = state_->begin("exchange " + from.text() + " " + to.text());
  if (!begun) return std::unexpected(begun.error());
  const auto found = state_->names.find(from.text());
  if (found == state_->names.end() || folder_of(from.text()) != folder_of(to.text())) {
    return fail(ErrorCode::kStorageUnavailable, "There is no such file.");
  }
  const auto replaced = state_->names.find(to.text());
  const InodeRef old = replaced == state_->names.end() ? nullptr : replaced->second;
  state_->change({folder_of(to.text()), from.text(), to.text(), found->second, old});
  return old != nullptr;
}

Result<std::unique_ptr<WritableFile>> FakeDisk::overwrite(const StoragePath& path) {
  const std::lock_guard lock(state_->mutex);
  if (const auto begun = state_->begin("overwrite " + path.text()); !begun) {
    return std::unexpected(begun.error());
  }
  const auto found = state_->names.find(path.text());
  if (found == state_->names.end() || found->second->readers > 0) {
    return fail(ErrorCode::kNotFound, "There is no such file that nobody uses.");
  }
  return std::make_unique<State::Writer>(state_, path.text(), found->second);
}

Status FakeDisk::remove(const StoragePath& path) {
  const std::lock_guard lock(state_->mutex);
  const auto begun = state_->begin("remove " + path.text());
  if (!begun) return begun;
  const auto found = state_->names.find(path.text());
  if (found == state_->names.end()) return {};
  state_->change({folder_of(path.text()), path.text(), {}, found->second, {}});
  return {};
}

Status FakeDisk::sync_folder(const std::optional<StoragePath>& folder) {
  const std::lock_guard lock(state_->mutex);
  const std::string name = folder ? folder->text() : std::string();
  const auto begun = state_->begin("sync_folder " + name);
  if (!begun) return begun;
  if (!state_->folders.contains(name)) {
    return fail(ErrorCode::kStorageUnavailable, "There is no such folder.");
  }
  std::erase_if(state_->pending, [&](const FolderChange& change) {
    if (change.folder != name) return false;
    apply_change(change, state_->synced_names);
    return true;
  });
  return {};
}

Result<std::vector<FileInfo>> FakeDisk::list(const std::optional<StoragePath>& folder) {
  const std::lock_guard lock(state_->mutex);
  const std::string name = folder ? folder->text() : std::string();
  if (const auto begun = state_->begin("list " + name); !begun) {
    return std::unexpected(begun.error());
  }
  std::vector<FileInfo> files;
  for (const auto& [path, inode] : state_->names) {
    if (folder_of(path) != name) continue;
    files.push_back(
        {path.substr(name.empty() ? 0 : name.size() + 1), inode->bytes.size(), inode->modified});
  }
  return files;
}

Result<StorageTotals> FakeDisk::totals() {
  const std::lock_guard lock(state_->mutex);
  if (const auto begun = state_->begin("totals"); !begun) return std::unexpected(begun.error());
  const std::uint64_t used = std::min(state_->used(), state_->capacity);
  return StorageTotals{state_->capacity, state_->capacity - used};
}

void FakeDisk::put(std::string_view path, std::string_view bytes) {
  const std::lock_guard lock(state_->mutex);
  auto inode = std::make_shared<Inode>();
  inode->bytes = inode->synced = bytes;
  inode->modified = Micros(++state_->ticks);
  state_->names[std::string(path)] = inode;
  state_->synced_names[std::string(path)] = inode;
  for (std::string name = folder_of(path); !name.empty(); name = folder_of(name)) {
    state_->folders.insert(name);
  }
}

void FakeDisk::fail_at(std::size_t call, ErrorCode code) {
  const std::lock_guard lock(state_->mutex);
  state_->fail_at = call;
  state_->fail_code = code;
}

void FakeDisk::fail_from(std::size_t call, ErrorCode code) {
  const std::lock_guard lock(state_->mutex);
  state_->fail_from = call;
  state_->fail_code = code;
}

void FakeDisk::heal() {
  const std::lock_guard lock(state_->mutex);
  state_->fail_at = state_->fail_from = 0;
}

void FakeDisk::stop_at(std::size_t call) {
  const std::lock_guard lock(state_->mutex);
  state_->stop_at = call;
}

void FakeDisk::corrupt_reads(bool corrupt) {
  const std::lock_guard lock(state_->mutex);
  state_->corrupt_reads = corrupt;
}

void FakeDisk::set_capacity(std::uint64_t bytes) {
  const std::lock_guard lock(state_->mutex);
  state_->capacity = bytes;
}

std::vector<std::string> FakeDisk::calls() const {
  const std::lock_guard lock(state_->mutex);
  return state_->calls;
}

std::size_t FakeDisk::call_count() const {
  const std::lock_guard lock(state_->mutex);
  return state_->calls.size();
}

std::optional<std::string> FakeDisk::contents(std::string_view path) const {
  const std::lock_guard lock(state_->mutex);
  const auto found = state_->names.find(path);
  if (found == state_->names.end()) return std::nullopt;
  return found->second->bytes;
}

std::vector<std::string> FakeDisk::files() const {
  const std::lock_guard lock(state_->mutex);
  std::vector<std::string> paths;
  for (const auto& [path, inode] : state_->names) paths.push_back(path);
  return paths;
}

std::unique_ptr<FakeDisk> FakeDisk::after(Crash crash, std::uint64_t seed) const {
  const std::lock_guard lock(state_->mutex);
  const bool killed = crash == Crash::kProcessKilled;
  std::mt19937_64 random(seed);
  Names names = killed ? state_->names : state_->synced_names;
  if (!killed) {
    for (const FolderChange& change : state_->pending) {
      if (seed == 1 || (seed > 1 && random() % 2 == 0)) apply_change(change, names);
    }
  }
  auto disk = std::make_unique<FakeDisk>();
  disk->state_->folders = state_->folders;
  disk->state_->capacity = state_->capacity;
  for (const auto& [path, inode] : names) {
    disk->put(path, killed ? inode->bytes : survivor(*inode, seed, random));
  }
  return disk;
}

}  // namespace p3a
