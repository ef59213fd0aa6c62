#include "device/upload/upload_finisher.h"

#include <string>
#include <utility>

#include "device/upload/upload_name.h"

namespace p3a {
Status UploadFinisher::finish(IncomingFile& file, const Destination& destination,
                              Durability durability, Shown shown) {
  const std::lock_guard lock(one_at_a_time_);
  auto reader = file.open();
  if (!reader) return std::unexpected(reader.error());
  // The CPU decodes while the disk writes.
  const bool safe = durability == Durability::kSafe;
  if (safe)
    syncing_.start([&file] { return file.sync(); });
  else
    file.start_sync();
  auto prepared = target_.prepare(std::move(*reader));
  const Status synced = safe ? syncing_.wait() : Status{};
  if (!prepared) return std::unexpected(prepared.error());
  if (!synced) return synced;

  auto path = name_for(destination, file.format());
  if (!path) return std::unexpected(path.error());
  if (auto status = give_name(file, *path, durability); !status) return status;
  // Only now is the new file sure to be there after a power cut.
  const bool replaces = destination.naming == Destination::Naming::kReplace;
  if (replaces && only_ending_ != *path) remove_other_endings(destination.base, *path);
  only_ending_ = replaces ? std::optional(*path) : std::nullopt;
  target_.show(
      std::move(*prepared), *path,
      [shown = std::move(shown), path = *path](bool was_shown) { shown(path, was_shown); });
  return {};
}

Status UploadFinisher::give_name(IncomingFile& file, const StoragePath& path,
                                 Durability durability) {
  if (durability == Durability::kFast) return file.rename(path);
  const auto exchanged = file.exchange(path);
  if (!exchanged) return std::unexpected(exchanged.error());
  if (auto status = disk_.sync_folder(path.folder()); !status) return status;
  if (*exchanged) keep_spare(file.keep_temporary());
  return {};
}

std::optional<StoragePath> UploadFinisher::take_spare(const std::optional<StoragePath>& folder) {
  const std::lock_guard lock(spare_mutex_);
  if (!spare_ || spare_->folder() != folder) return std::nullopt;
  return std::exchange(spare_, std::nullopt);
}

void UploadFinisher::keep_spare(const StoragePath& path) {
  drop_spare();
  const std::lock_guard lock(spare_mutex_);
  spare_ = path;
}

// When it cannot be removed, Uploads::recover() does it at the next start.
void UploadFinisher::drop_spare() {
  const std::lock_guard lock(spare_mutex_);
  if (spare_) static_cast<void>(disk_.remove(*spare_));
  spare_.reset();
}

Result<StoragePath> UploadFinisher::name_for(const Destination& destination, ImageFormat format) {
  const std::string ending = "." + std::string(format_extension(format));
  switch (destination.naming) {
    case Destination::Naming::kReplace:
      return appended(destination.base, ending);
    case Destination::Naming::kTimestamp:
      return unused_name(destination.base, ending);
    case Destination::Naming::kExact:
      break;
  }
  return destination.base;
}

// Two uploads in one millisecond, or a clock that was set back: a number is added.
Result<StoragePath> UploadFinisher::unused_name(const StoragePath& base, std::string_view ending) {
  const std::string stamp = timestamp_suffix(clock_.since_epoch());
  for (int attempt = 1; attempt <= 100; ++attempt) {
    const std::string number = attempt == 1 ? "" : "-" + std::to_string(attempt);
    auto path = appended(base, stamp + number + std::string(ending));
    if (!path) return path;
    const auto taken = disk_.open(*path);
    if (taken) continue;
    if (taken.error().code == ErrorCode::kNotFound) return path;
    return std::unexpected(taken.error());
  }
  return fail(ErrorCode::kBusy, "too many uploads in one millisecond: send it again");
}

void UploadFinisher::remove_other_endings(const StoragePath& base, const StoragePath& kept) {
  for (const ImageFormat format : {ImageFormat::kPng, ImageFormat::kJpeg, ImageFormat::kWebp,
                                   ImageFormat::kGif, ImageFormat::kP3x}) {
    const auto other = appended(base, "." + std::string(format_extension(format)));
    if (!other || *other == kept) continue;
    if (const auto status = disk_.remove(*other); !status) {
      log_.write(LogLevel::kWarning,
                 other->text() + " could not be removed and stays in the rotation beside " +
                     kept.text() + ": " + std::string(status.error().message.view()));
    }
  }
}

}  // namespace p3a
