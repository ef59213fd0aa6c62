#include "device/engine/playlist.h"

#include <algorithm>
#include <utility>

namespace p3a {
namespace {

bool is_picture(std::string_view name) {
  if (name.starts_with('.')) return false;
  const auto dot = name.rfind('.');
  return dot != std::string_view::npos && format_from_name(name.substr(dot + 1)).has_value();
}

// FNV-1a, then the finaliser of SplitMix64, so that names that differ little end up far apart.
std::uint64_t hash(std::string_view text, std::uint64_t seed) {
  std::uint64_t h = 0xcbf29ce484222325u ^ seed;
  for (const char c : text) h = (h ^ static_cast<std::uint8_t>(c)) * 0x100000001b3u;
  h = (h ^ h >> 30) * 0xbf58476d1ce4e5b9u;
  h = (h ^ h >> 27) * 0x94d049bb133111ebu;
  return h ^ h >> 31;
}

}  // namespace

bool same_file(const FileInfo& a, const FileInfo& b) {
  return a.name == b.name && a.size == b.size && a.modified == b.modified;
}

void Playlist::update(std::vector<FileInfo> files) {
  files_.clear();
  for (FileInfo& file : files)
    if (is_picture(file.name)) files_.push_back({0, std::move(file)});
  sort();
  std::erase_if(skipped_, [this](const auto& skip) {
    const FileInfo* file = find(skip.first);
    return file == nullptr || !same_file(*file, skip.second.file);
  });
}

void Playlist::set_shuffle(bool shuffle) {
  if (shuffle == shuffle_) return;
  shuffle_ = shuffle;
  sort();
}

const FileInfo* Playlist::find(std::string_view name) const {
  const auto at = std::ranges::find(files_, name, [](const Entry& e) { return e.file.name; });
  return at == files_.end() ? nullptr : &at->file;
}

const FileInfo* Playlist::step(Direction direction) {
  if (files_.empty()) return nullptr;
  const auto place = [](const Entry& e) { return std::pair(e.key, std::string_view(e.file.name)); };
  const auto position = std::pair(key_of(position_), std::string_view(position_));
  std::vector<Entry>::iterator at;
  if (direction == Direction::kForward) {
    at = std::ranges::upper_bound(files_, position, {}, place);
    if (at == files_.end()) at = begin_round(direction);
  } else {
    at = std::ranges::lower_bound(files_, position, {}, place);
    at = at == files_.begin() ? begin_round(direction) : at - 1;
  }
  position_ = at->file.name;
  return &at->file;
}

bool Playlist::skip(const FileInfo& file, const Error& reason) {
  const auto known = skipped_.find(file.name);
  const bool news = known == skipped_.end() || !same_file(known->second.file, file) ||
                    known->second.reason.code != reason.code;
  skipped_.insert_or_assign(file.name, Skip{file, reason});
  return news;
}

bool Playlist::passes_over(const FileInfo& file) const {
  const auto known = skipped_.find(file.name);
  if (known == skipped_.end() || !same_file(known->second.file, file)) return false;
  const ErrorCode code = known->second.reason.code;
  return code != ErrorCode::kDecodeTimeout && code != ErrorCode::kStorageUnavailable;
}

bool Playlist::has_candidate() const {
  return std::ranges::any_of(files_, [this](const Entry& e) { return !passes_over(e.file); });
}

std::vector<SkippedFile> Playlist::skipped() const {
  std::vector<SkippedFile> list;
  for (const auto& [name, skip] : skipped_) list.push_back({name, skip.reason});
  return list;
}

std::uint64_t Playlist::key_of(std::string_view name) const {
  return shuffle_ && !name.empty() ? hash(name, seed_ + round_) : 0;
}

void Playlist::sort() {
  for (Entry& entry : files_) entry.key = key_of(entry.file.name);
  std::ranges::sort(files_, [](const Entry& a, const Entry& b) {
    return a.key != b.key ? a.key < b.key : a.file.name < b.file.name;
  });
}

// A round must not begin with the file that ended the one before.
std::vector<Playlist::Entry>::iterator Playlist::begin_round(Direction direction) {
  const bool forward = direction == Direction::kForward;
  const auto first = [&] { return forward ? files_.begin() : files_.end() - 1; };
  if (!shuffle_) return first();
  do {
    round_ += forward ? 1 : ~std::uint64_t{0};
    sort();
  } while (files_.size() > 1 && first()->file.name == position_);
  return first();
}

}  // namespace p3a
