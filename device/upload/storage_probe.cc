#include "device/upload/storage_probe.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace p3a {
namespace {

constexpr std::string_view kProbeName = ".probe-0.tmp";
constexpr std::size_t kProbeBytes = 512;

/// Bytes that differ from round to round, so that an old file does not pass for a new one.
std::array<std::uint8_t, kProbeBytes> pattern(std::uint64_t round) {
  std::array<std::uint8_t, kProbeBytes> bytes;
  std::uint32_t state = static_cast<std::uint32_t>(round) * 2'654'435'761u + 1;
  for (auto& byte : bytes) {
    state = state * 1'664'525u + 1'013'904'223u;
    byte = static_cast<std::uint8_t>(state >> 24);
  }
  return bytes;
}

Status check(Disk& disk, const StoragePath& path, ByteView expected) {
  const auto file = disk.open(path);
  if (!file) return std::unexpected(file.error());
  std::array<std::uint8_t, kProbeBytes> found{};
  const std::size_t count = (*file)->read_at(0, found);
  if (std::ranges::equal(ByteView(found).first(count), expected)) return {};
  return fail(ErrorCode::kStorageUnavailable,
              "the storage gives back other bytes than were written: replace the card or disk");
}

Status probe(Disk& disk, const StoragePath& path, ByteView bytes) {
  const auto file = disk.create(path);
  if (!file) return std::unexpected(file.error());
  auto status = (*file)->write(bytes);
  if (status) status = (*file)->sync();
  if (status) status = check(disk, path, bytes);
  return status;
}

}  // namespace

StorageProbe::StorageProbe(Disk& disk, Clock& clock, Log& log)
    : disk_(disk), clock_(clock), log_(log) {}

void StorageProbe::run() {
  const Status probed = write_and_read_back();
  note(probed, disk_.totals());
}

StorageHealth StorageProbe::health() const {
  const std::lock_guard lock(mutex_);
  return health_;
}

Status StorageProbe::write_and_read_back() {
  const auto path = StoragePath::parse(kProbeName);
  if (!path) return std::unexpected(path.error());
  if (auto removed = disk_.remove(*path); !removed) return removed;
  auto status = probe(disk_, *path, pattern(++round_));
  const auto removed = disk_.remove(*path);
  return status ? removed : status;
}

void StorageProbe::note(const Status& probed, const Result<StorageTotals>& totals) {
  const Status status = probed && !totals ? Status(std::unexpected(totals.error())) : probed;
  const std::lock_guard lock(mutex_);
  const bool was_healthy = health_.healthy;
  health_.healthy = status.has_value();
  health_.last_checked = clock_.now();
  if (totals) health_.totals = *totals;
  if (!status) health_.last_error = status.error().message.view();
  if (was_healthy && !status) {
    log_.write(LogLevel::kError, "the storage is not healthy: " + health_.last_error +
                                     "; what is on the panel stays, uploads may be refused");
  } else if (!was_healthy && status) {
    log_.write(LogLevel::kInfo, "the storage is healthy again");
  }
}

}  // namespace p3a
