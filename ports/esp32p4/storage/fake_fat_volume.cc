#include "ports/esp32p4/storage/fake_fat_volume.h"

#include <algorithm>
#include <set>

namespace p3a {
namespace {

std::unexpected<Error> no_power() {
  return fail(ErrorCode::kStorageUnavailable, "there is no power");
}

std::string folder_of(const std::string& path) {
  const auto slash = path.rfind('/');
  return slash == std::string::npos ? std::string() : path.substr(0, slash);
}

std::string name_of(const std::string& path) {
  const auto slash = path.rfind('/');
  return slash == std::string::npos ? path : path.substr(slash + 1);
}

// The short name that goes with a long one; the same when the name is short already.
std::string short_name(const std::string& path) {
  const std::string name = name_of(path);
  const auto dot = name.rfind('.');
  const std::string body = name.substr(0, dot);
  const std::string ending = dot == std::string::npos ? "" : name.substr(dot + 1);
  if (body.size() <= 8 && !body.empty() && ending.size() <= 3 && !body.contains('.')) return path;
  const auto upper = [](const std::string& text, std::size_t most) {
    std::string out;
    for (const char c : text) {
      if (c != '.' && out.size() < most)
        out += static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c);
    }
    return out;
  };
  const std::string folder = folder_of(path);
  return (folder.empty() ? "" : folder + "/") + upper(body, 6) + "~1." + upper(ending, 3);
}

}  // namespace

class FakeFatVolume::Writer final : public WritableFile {
 public:
  Writer(FakeFatVolume& volume, std::string path) : volume_(volume), path_(std::move(path)) {}
  ~Writer() override { static_cast<void>(sync()); }  // as f_close() does
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;
  Status write(ByteView bytes) override {
    if (chain_ == 0 && !bytes.empty()) {
      if (auto status = volume_.step([&] { chain_ = volume_.allocate(); }); !status) return status;
    }
    return volume_.step([&] {
      volume_.chains_[chain_].append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
      size_ += bytes.size();
    });
  }
  Status sync() override {
    return volume_.step([&] { volume_.entries_[path_] = {chain_, size_}; });
  }

 private:
  FakeFatVolume& volume_;
  std::string path_;
  Cluster chain_ = 0;
  std::uint64_t size_ = 0;
};

class FakeFatVolume::Reader final : public ReadableFile {
 public:
  Reader(const FakeFatVolume& volume, Entry entry) : volume_(volume), entry_(entry) {}
  std::uint64_t size() const override { return entry_.size; }
  std::size_t read_at(std::uint64_t offset, ByteSpan out) override {
    const std::string bytes = volume_.bytes_of(entry_);
    return MemorySource({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()})
        .read_at(offset, out);
  }

 private:
  const FakeFatVolume& volume_;
  Entry entry_;
};

Status FakeFatVolume::step(const std::function<void()>& write) {
  if (cut_) return no_power();
  ++steps_;
  if (cut_at_ != 0 && steps_ == cut_at_) {
    cut_ = true;
    return no_power();
  }
  write();
  return {};
}

// Of a long name the long part goes first, in a sector of its own when it lies badly.
Status FakeFatVolume::fall_short(const std::string& path) {
  const std::string stump = short_name(path);
  if (stump == path) return step([&] { entries_.erase(path); });
  if (auto status = step([&] {
        entries_[stump] = entries_[path];
        entries_.erase(path);
      });
      !status)
    return status;
  return step([&] { entries_.erase(stump); });
}

Cluster FakeFatVolume::allocate() {
  Cluster cluster = 2;
  while (chains_.contains(cluster)) ++cluster;
  chains_[cluster] = {};
  return cluster;
}

std::string FakeFatVolume::bytes_of(const Entry& entry) const {
  if (entry.chain == 0) return {};
  const auto chain = chains_.find(entry.chain);
  if (chain == chains_.end()) return std::string(entry.size, '?');
  std::string bytes = chain->second;
  bytes.resize(entry.size, '?');
  return bytes;
}

Status FakeFatVolume::make_folder(const std::string& path) {
  if (std::ranges::find(folders_, path) != folders_.end()) return {};
  return step([&] { folders_.push_back(path); });
}

Result<bool> FakeFatVolume::exists(const std::string& path) {
  if (cut_) return no_power();
  return entries_.contains(path);
}

Result<std::unique_ptr<WritableFile>> FakeFatVolume::create(const std::string& path) {
  if (entries_.contains(path)) return fail(ErrorCode::kStorageUnavailable, "the name is taken");
  if (std::ranges::find(folders_, folder_of(path)) == folders_.end())
    return fail(ErrorCode::kStorageUnavailable, "there is no such folder");
  if (auto status = step([&] { entries_[path] = {}; }); !status)
    return std::unexpected(status.error());
  return std::make_unique<Writer>(*this, path);
}

Result<std::unique_ptr<ReadableFile>> FakeFatVolume::open(const std::string& path) {
  if (cut_) return no_power();
  const auto entry = entries_.find(path);
  if (entry == entries_.end()) return fail(ErrorCode::kNotFound, "there is no such file");
  return std::make_unique<Reader>(*this, entry->second);
}

Status FakeFatVolume::rename(const std::string& from, const std::string& to) {
  if (entries_.contains(to)) return fail(ErrorCode::kStorageUnavailable, "the name is taken");
  if (!entries_.contains(from)) return fail(ErrorCode::kStorageUnavailable, "no such file");
  if (auto status = step([&] { entries_[to] = entries_[from]; }); !status) return status;
  return fall_short(from);
}

Status FakeFatVolume::remove(const std::string& path) {
  const auto entry = entries_.find(path);
  if (entry == entries_.end()) return fail(ErrorCode::kStorageUnavailable, "no such file");
  const Cluster chain = entry->second.chain;
  if (auto status = fall_short(path); !status) return status;
  return step([&] { chains_.erase(chain); });
}

Status FakeFatVolume::forget(const std::string& path) {
  return step([&] { entries_.erase(path); });
}

Result<std::vector<FatEntry>> FakeFatVolume::list(const std::string& folder, bool with_clusters) {
  if (cut_) return no_power();
  std::vector<FatEntry> out;
  for (const auto& [path, entry] : entries_) {
    if (folder_of(path) == folder)
      out.push_back({{name_of(path), entry.size, {}}, with_clusters ? entry.chain : 0});
  }
  return out;
}

Result<std::vector<std::string>> FakeFatVolume::folders(const std::string& folder) {
  if (cut_) return no_power();
  std::vector<std::string> out;
  for (const std::string& path : folders_) {
    if (!path.empty() && folder_of(path) == folder) out.push_back(name_of(path));
  }
  return out;
}

Result<StorageTotals> FakeFatVolume::totals() {
  if (cut_) return no_power();
  return StorageTotals{1 << 20, 1 << 19};
}

void FakeFatVolume::cut_at(std::size_t step) { cut_at_ = step == 0 ? 0 : steps_ + step; }

std::shared_ptr<FakeFatVolume> FakeFatVolume::after() const {
  auto volume = std::make_shared<FakeFatVolume>();
  volume->entries_ = entries_;
  volume->chains_ = chains_;
  volume->folders_ = folders_;
  return volume;
}

std::map<std::string, std::string> FakeFatVolume::files() const {
  std::map<std::string, std::string> out;
  for (const auto& [path, entry] : entries_) out[path] = bytes_of(entry);
  return out;
}

std::size_t FakeFatVolume::lost_chains() const {
  std::set<Cluster> named;
  for (const auto& [path, entry] : entries_) named.insert(entry.chain);
  return static_cast<std::size_t>(std::ranges::count_if(
      chains_, [&](const auto& chain) { return !named.contains(chain.first); }));
}

}  // namespace p3a
