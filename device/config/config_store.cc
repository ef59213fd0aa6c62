#include "device/config/config_store.h"

#include <algorithm>
#include <utility>

#include "device/config/config_apply.h"
#include "device/config/config_schema.h"
#include "device/config/config_text.h"

namespace p3a {
namespace {

constexpr std::string_view kTemporaryName = ".config-new.tmp";
constexpr std::string_view kBrokenName = "config-broken.json";
constexpr std::uint64_t kMaxFileBytes = 1 << 20;  // far above anything that save() writes

// Our own names, which are valid.
StoragePath path_of(std::string_view name) { return *StoragePath::parse(name); }

Status write_temporary(Disk& disk, std::string_view text) {
  const StoragePath temporary = path_of(kTemporaryName);
  if (Status removed = disk.remove(temporary); !removed) return removed;
  auto file = disk.create(temporary);
  if (!file) return std::unexpected(file.error());
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  if (Status written = (*file)->write({bytes, text.size()}); !written) return written;
  return (*file)->sync();
}

// Puts a file of that name and text in place, whole or not at all; its name is not yet sure.
Status replace_file(Disk& disk, std::string_view name, std::string_view text) {
  Status status = write_temporary(disk, text);
  if (status) status = disk.rename(path_of(kTemporaryName), path_of(name));
  if (!status) static_cast<void>(disk.remove(path_of(kTemporaryName)));  // load() tries again
  return status;
}

Result<std::string> read_file(Disk& disk, std::string_view name) {
  const auto file = disk.open(path_of(name));
  if (!file) return std::unexpected(file.error());
  const std::uint64_t size = (*file)->size();
  if (size > kMaxFileBytes) {
    return fail(ErrorCode::kStorageUnavailable, name, " is too large to be ours: remove it");
  }
  std::string text(static_cast<std::size_t>(size), '\0');
  if ((*file)->read_at(0, {reinterpret_cast<std::uint8_t*>(text.data()), text.size()}) != size) {
    return fail(ErrorCode::kStorageUnavailable, name, " cannot be read: check the storage medium");
  }
  return text;
}

bool has_key(const Patch& patch, std::string_view key) {
  return std::ranges::find(patch, key, &PatchEntry::key) != patch.end();
}

std::string warning(const Error& error, std::string_view what_happens) {
  std::string text(kSavedConfigName);
  ((text += ": ") += error.message.view()) += what_happens;
  return text;
}

}  // namespace

ConfigStore::ConfigStore(Disk& disk, PatchParser& parser, const Config& start, const Patch& flags)
    : disk_(disk),
      parser_(parser),
      start_(start),
      flags_(flags),
      current_(std::make_shared<const Config>(start)) {}

std::vector<std::string> ConfigStore::load() {
  const std::lock_guard lock(change_mutex_);
  std::vector<std::string> warnings;
  static_cast<void>(disk_.remove(path_of(kTemporaryName)));  // of a save that was cut off
  if (const Status status = read_saved(warnings); !status) {
    warnings.push_back(warning(status.error(), "; starting without what was saved"));
  }
  return warnings;
}

Status ConfigStore::read_saved(std::vector<std::string>& warnings) {
  auto text = read_file(disk_, kSavedConfigName);
  if (!text && text.error().code != ErrorCode::kNotFound) return std::unexpected(text.error());
  readable_ = true;
  if (!text) return {};
  file_ = std::move(*text);
  if (const auto patch = parser_.parse(*file_)) {
    take_over(*patch, warnings);
  } else {
    broken_ = true;
    warnings.push_back(warning(patch.error(), "; starting without what was saved"));
  }
  return {};
}

// Each key for itself, so that one that is wrong does not cost the others.
void ConfigStore::take_over(const Patch& saved, std::vector<std::string>& warnings) {
  Config config = start_;
  for (const PatchEntry& entry : saved) {
    auto next = p3a::apply(config, {entry}, true);
    if (!next) {
      warnings.push_back(warning(next.error(), "; this one is skipped"));
      continue;
    }
    if (find_key(entry.key)->start_only || std::holds_alternative<std::monostate>(entry.value)) {
      continue;
    }
    std::erase_if(saved_, [&](const PatchEntry& old) { return old.key == entry.key; });
    saved_.push_back(entry);
    if (!has_key(flags_, entry.key)) config = std::move(*next);
  }
  publish(std::move(config));
}

std::shared_ptr<const Config> ConfigStore::current() const {
  const std::lock_guard lock(current_mutex_);
  return current_;
}

Status ConfigStore::apply(const Patch& patch) {
  const std::lock_guard lock(change_mutex_);
  if (!readable_) {
    std::vector<std::string> told_at_start;
    if (Status status = read_saved(told_at_start); !status) return status;
    if (listener_) listener_(current());  // the medium is back, with what was saved on it
  }
  Patch values = patch;  // null stands for what the display would start with
  for (PatchEntry& entry : values) {
    const ConfigKey* key = find_key(entry.key);
    if (key != nullptr && std::holds_alternative<std::monostate>(entry.value)) {
      entry.value = key->get(start_);
    }
  }
  auto next = p3a::apply(*current(), values, true);
  if (!next) return std::unexpected(next.error());

  Patch saved = saved_;
  for (const PatchEntry& entry : patch) {
    std::erase_if(saved, [&](const PatchEntry& old) { return old.key == entry.key; });
    if (find_key(entry.key)->start_only) continue;  // given the value that it has
    if (!std::holds_alternative<std::monostate>(entry.value)) saved.push_back(entry);
  }
  if (Status status = save(patch_json(saved)); !status) return status;
  saved_ = std::move(saved);
  publish(std::move(*next));
  if (listener_) listener_(current());
  return {};
}

Status ConfigStore::save(const std::string& json) {
  if (broken_) {
    if (Status kept = replace_file(disk_, kBrokenName, *file_); !kept) return kept;
  }
  if (Status status = replace_file(disk_, kSavedConfigName, json); !status) return status;
  if (Status status = disk_.sync_folder(std::nullopt); !status) {
    undo_save();
    return status;
  }
  file_ = json;
  broken_ = false;
  return {};
}

// The new file has its name but may lose it with the power; the caller is told that nothing was
// saved.
void ConfigStore::undo_save() {
  const Status undone = file_ ? replace_file(disk_, kSavedConfigName, *file_)
                              : disk_.remove(path_of(kSavedConfigName));
  if (undone) static_cast<void>(disk_.sync_folder(std::nullopt));
}

void ConfigStore::publish(Config config) {
  auto next = std::make_shared<const Config>(std::move(config));
  const std::lock_guard lock(current_mutex_);
  current_ = std::move(next);
}

}  // namespace p3a
