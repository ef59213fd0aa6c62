#include "ports/esp32p4/storage/fat_disk.h"

#include <algorithm>
#include <utility>

namespace p3a {
namespace {

constexpr std::string_view kAway = ".p3a-old";
constexpr std::string_view kGone = ".gone-";
constexpr std::string_view kTemporary = ".tmp";
constexpr int kDeepest = 8;  // folders in folders that recover() looks into

std::string joined(const std::string& folder, std::string_view name) {
  return folder.empty() ? std::string(name) : folder + "/" + std::string(name);
}

std::string folder_of(const std::string& path) {
  const auto slash = path.rfind('/');
  return slash == std::string::npos ? std::string() : path.substr(0, slash);
}

bool is_away(std::string_view name) { return name.size() > kAway.size() && name.ends_with(kAway); }

bool is_gone(std::string_view name) {
  return name.starts_with(kGone) && name.ends_with(kTemporary);
}

// "UPLOAD~1.TMP": the short name that FatFs gives to a long one, and all that is left of it when
// the power goes while a long name is removed.
bool is_short(std::string_view name) {
  const auto tilde = name.find('~');
  if (tilde == std::string_view::npos || tilde > 6) return false;
  const auto dot = std::min(name.find('.', tilde), name.size());
  if (dot > 8 || dot == tilde + 1) return false;
  return std::ranges::all_of(name.substr(tilde + 1, dot - tilde - 1),
                             [](char c) { return c >= '0' && c <= '9'; });
}

// Of one of our own temporaries or of a file that was renamed away.
bool is_stump(std::string_view name) {
  return is_short(name) && (name.ends_with(".TMP") || name.ends_with(".P3A"));
}

// Of two names for the same clusters the one with the higher number makes way.
int passing(std::string_view name) {
  if (is_short(name)) return 4;
  if (is_gone(name)) return 3;
  if (is_away(name)) return 2;
  return name.ends_with(kTemporary) ? 1 : 0;
}

struct Repaired {
  std::size_t linked = 0;
  std::size_t brought_back = 0;
  std::size_t removed = 0;

  std::string sentence() const {
    if (linked + brought_back + removed == 0) return {};
    return "the power went while files were replaced: " + std::to_string(brought_back) +
           " brought back, " + std::to_string(removed + linked) + " left-overs removed";
  }
};

}  // namespace

struct FatDisk::State {
  /// A file that is being read, by its name of today.
  struct Open {
    std::size_t readers = 0;
    bool remove_on_close = false;
  };
  using Opens = std::map<std::string, std::shared_ptr<Open>, std::less<>>;

  explicit State(std::shared_ptr<FatVolume> on) : volume(std::move(on)) {}

  std::mutex mutex;  // guards all of it
  std::shared_ptr<FatVolume> volume;
  Opens opens;
  std::map<std::string, WritableFile*, std::less<>> writers;
  std::uint64_t next_gone = 0;

  class Reader;
  class Writer;

  Status rename(const std::string& from, const std::string& to) {
    if (auto status = volume->rename(from, to); !status) return status;
    if (auto open = opens.extract(from)) {
      open.key() = to;
      opens.insert(std::move(open));
    }
    return {};
  }

  /// Removes, or lets it go when its last reader does.
  Status remove(const std::string& path) {
    const auto open = opens.find(path);
    if (open == opens.end()) return volume->remove(path);
    const auto file = open->second;
    auto gone = unused_gone_name(folder_of(path));
    if (!gone) return std::unexpected(gone.error());
    if (auto status = rename(path, *gone); !status) return status;
    file->remove_on_close = true;
    return {};
  }

  Result<std::string> unused_gone_name(const std::string& folder) {
    for (;;) {
      std::string name = joined(
          folder, std::string(kGone) + std::to_string(next_gone++) + std::string(kTemporary));
      const auto taken = volume->exists(name);
      if (!taken) return std::unexpected(taken.error());
      if (!*taken) return name;
    }
  }

  Status replace(const std::string& from, const std::string& to) {
    const std::string away = to + std::string(kAway);
    const auto left = volume->exists(away);
    if (!left) return std::unexpected(left.error());
    if (*left) {
      if (auto status = remove(away); !status) return status;
    }
    if (auto status = rename(to, away); !status) return status;
    if (auto status = rename(from, to); !status) {
      static_cast<void>(rename(away, to));  // else recover() does
      return status;
    }
    // The new one is in place, whatever becomes of the old one: the next replace or the next start
    // removes it.
    static_cast<void>(remove(away));
    return {};
  }

  void closed(const std::shared_ptr<Open>& file) {
    const std::lock_guard lock(mutex);
    if (--file->readers > 0) return;
    const auto open = std::ranges::find(opens, file, &Opens::value_type::second);
    if (open == opens.end()) return;
    const std::string path = open->first;
    opens.erase(open);
    if (file->remove_on_close) static_cast<void>(volume->remove(path));
  }

  Status recover(const std::string& folder, int depth, Repaired& repaired);
  Status part_linked(const std::string& folder, Repaired& repaired);
  Status settle(const std::string& folder, const std::string& name, Repaired& repaired);
};

class FatDisk::State::Reader final : public ReadableFile {
 public:
  Reader(std::shared_ptr<State> state, std::unique_ptr<ReadableFile> file,
         std::shared_ptr<Open> open)
      : state_(std::move(state)), file_(std::move(file)), open_(std::move(open)) {}
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;
  ~Reader() override {
    {
      const std::lock_guard lock(state_->mutex);
      file_.reset();
    }
    state_->closed(open_);
  }
  std::uint64_t size() const override { return file_->size(); }
  std::size_t read_at(std::uint64_t offset, ByteSpan out) override {
    const std::lock_guard lock(state_->mutex);
    return file_->read_at(offset, out);
  }

 private:
  std::shared_ptr<State> state_;
  std::unique_ptr<ReadableFile> file_;
  std::shared_ptr<Open> open_;
};

class FatDisk::State::Writer final : public WritableFile {
 public:
  Writer(std::shared_ptr<State> state, std::unique_ptr<WritableFile> file, std::string path)
      : state_(std::move(state)), file_(std::move(file)), path_(std::move(path)) {
    state_->writers[path_] = file_.get();
  }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;
  ~Writer() override {
    const std::lock_guard lock(state_->mutex);
    state_->writers.erase(path_);
    file_.reset();
  }
  Status write(ByteView bytes) override {
    const std::lock_guard lock(state_->mutex);
    return file_->write(bytes);
  }
  Status sync() override {
    const std::lock_guard lock(state_->mutex);
    return file_->sync();
  }

 private:
  std::shared_ptr<State> state_;
  std::unique_ptr<WritableFile> file_;
  std::string path_;
};

// Before anything frees a cluster: no two names may own the same ones.
Status FatDisk::State::part_linked(const std::string& folder, Repaired& repaired) {
  auto entries = volume->list(folder, true);
  if (!entries) return std::unexpected(entries.error());
  std::ranges::sort(*entries, [](const FatEntry& a, const FatEntry& b) {
    return std::pair(a.first_cluster, passing(a.info.name)) <
           std::pair(b.first_cluster, passing(b.info.name));
  });
  for (std::size_t i = 1; i < entries->size(); ++i) {
    const FatEntry& entry = (*entries)[i];
    if (entry.first_cluster == 0 || entry.first_cluster != (*entries)[i - 1].first_cluster)
      continue;
    if (passing(entry.info.name) == 0) continue;  // not our doing, and not ours to choose
    if (auto status = volume->forget(joined(folder, entry.info.name)); !status) return status;
    ++repaired.linked;
  }
  return {};
}

Status FatDisk::State::settle(const std::string& folder, const std::string& name,
                              Repaired& repaired) {
  const std::string path = joined(folder, name);
  if (is_gone(name) || is_stump(name)) {
    ++repaired.removed;
    return volume->remove(path);
  }
  if (!is_away(name)) return {};
  const std::string wanted = path.substr(0, path.size() - kAway.size());
  const auto replaced = volume->exists(wanted);
  if (!replaced) return std::unexpected(replaced.error());
  ++(*replaced ? repaired.removed : repaired.brought_back);
  return *replaced ? volume->remove(path) : volume->rename(path, wanted);
}

Status FatDisk::State::recover(const std::string& folder, int depth, Repaired& repaired) {
  auto status = part_linked(folder, repaired);
  if (!status) return status;
  const auto entries = volume->list(folder, false);
  if (!entries) return std::unexpected(entries.error());
  for (const FatEntry& entry : *entries) {
    status = settle(folder, entry.info.name, repaired);
    if (!status) return status;
  }
  if (depth == kDeepest) return {};
  const auto inner = volume->folders(folder);
  if (!inner) return std::unexpected(inner.error());
  for (const std::string& name : *inner) {
    status = recover(joined(folder, name), depth + 1, repaired);
    if (!status) return status;
  }
  return {};
}

FatDisk::FatDisk(std::shared_ptr<FatVolume> volume)
    : state_(std::make_shared<State>(std::move(volume))) {}
FatDisk::~FatDisk() = default;

Result<std::string> FatDisk::recover() {
  const std::lock_guard lock(state_->mutex);
  Repaired repaired;
  if (auto status = state_->recover({}, 0, repaired); !status)
    return std::unexpected(status.error());
  return repaired.sentence();
}

Status FatDisk::make_folder(const StoragePath& folder) {
  const std::lock_guard lock(state_->mutex);
  const std::string& path = folder.text();
  for (std::size_t slash = path.find('/');; slash = path.find('/', slash + 1)) {
    if (auto status = state_->volume->make_folder(path.substr(0, slash)); !status) return status;
    if (slash == std::string::npos) return {};
  }
}

Result<std::unique_ptr<WritableFile>> FatDisk::create(const StoragePath& path) {
  const std::lock_guard lock(state_->mutex);
  auto file = state_->volume->create(path.text());
  if (!file) return std::unexpected(file.error());
  return std::make_unique<State::Writer>(state_, std::move(*file), path.text());
}

Result<std::unique_ptr<ReadableFile>> FatDisk::open(const StoragePath& path) {
  const std::lock_guard lock(state_->mutex);
  // An upload is decoded while it is still open; its entry knows its size from a sync on only.
  if (const auto writer = state_->writers.find(path.text()); writer != state_->writers.end()) {
    if (auto status = writer->second->sync(); !status) return std::unexpected(status.error());
  }
  auto file = state_->volume->open(path.text());
  if (!file) return std::unexpected(file.error());
  auto& open = state_->opens[path.text()];
  if (!open) open = std::make_shared<State::Open>();
  ++open->readers;
  return std::make_unique<State::Reader>(state_, std::move(*file), open);
}

Status FatDisk::rename(const StoragePath& from, const StoragePath& to) {
  const std::lock_guard lock(state_->mutex);
  if (from == to) return {};
  const auto source = state_->volume->exists(from.text());
  if (!source) return std::unexpected(source.error());
  if (!*source) return fail(ErrorCode::kStorageUnavailable, "the file to rename is not there");
  const auto taken = state_->volume->exists(to.text());
  if (!taken) return std::unexpected(taken.error());
  return *taken ? state_->replace(from.text(), to.text()) : state_->rename(from.text(), to.text());
}

Status FatDisk::remove(const StoragePath& path) {
  const std::lock_guard lock(state_->mutex);
  const auto there = state_->volume->exists(path.text());
  if (!there) return std::unexpected(there.error());
  return *there ? state_->remove(path.text()) : Status{};
}

Result<std::vector<FileInfo>> FatDisk::list(const std::optional<StoragePath>& folder) {
  const std::lock_guard lock(state_->mutex);
  auto entries = state_->volume->list(folder ? folder->text() : std::string(), false);
  if (!entries) return std::unexpected(entries.error());
  std::vector<FileInfo> files;
  files.reserve(entries->size());
  for (FatEntry& entry : *entries) {
    const std::string& name = entry.info.name;
    if (!is_away(name) && !is_gone(name)) files.push_back(std::move(entry.info));
  }
  return files;
}

Result<StorageTotals> FatDisk::totals() {
  const std::lock_guard lock(state_->mutex);
  return state_->volume->totals();
}

}  // namespace p3a
