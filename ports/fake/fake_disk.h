// A disk in memory that fails, or stops the whole machine, at the call that a test names; and that
// shows what could be left of it afterwards.
//
// Calls are counted from 1: every method of Disk, and write() and sync() of its files; reading a
// file is not counted. The model of losing power is the hard one: bytes that were not synced are
// there whole, cut off anywhere, partly zero, or mixed with those that they were written over; each
// creation, exchange, rename or removal whose folder was not synced has happened or not, whatever
// the others did. Any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "device/ports.h"

namespace p3a {

enum class Crash : std::uint8_t {
  kProcessKilled,  ///< the machine lives on: all that was done stays
  kPowerLost,      ///< only what was synced is sure
};

class FakeDisk final : public Disk {
 public:
  FakeDisk();
  ~FakeDisk() override;

  Status make_folder(const StoragePath& folder) override;
  Result<std::unique_ptr<WritableFile>> create(const StoragePath& path) override;
  Result<std::unique_ptr<ReadableFile>> open(const StoragePath& path) override;
  Status rename(const StoragePath& from, const StoragePath& to) override;
  Result<bool> exchange(const StoragePath& from, const StoragePath& to) override;
  Result<std::unique_ptr<WritableFile>> overwrite(const StoragePath& path) override;
  Status remove(const StoragePath& path) override;
  Status sync_folder(const std::optional<StoragePath>& folder) override;
  Result<std::vector<FileInfo>> list(const std::optional<StoragePath>& folder) override;
  Result<StorageTotals> totals() override;

  // What a test arranges.

  /// A file that has long been there, with its folders. Not counted.
  void put(std::string_view path, std::string_view bytes);
  /// The Nth call from the beginning fails, once. A write that fails has written half.
  void fail_at(std::size_t call, ErrorCode code);
  /// Every call from the Nth on fails, until heal().
  void fail_from(std::size_t call, ErrorCode code);
  void heal();
  /// The machine stops in the Nth call: it is not done (a write: half), and every call after it
  /// fails.
  void stop_at(std::size_t call);
  /// Whether reads come back wrong.
  void corrupt_reads(bool corrupt);
  /// Bytes that fit; writing more is kStorageFull.
  void set_capacity(std::uint64_t bytes);

  // What a test looks at.

  /// What was called, in order, as "rename a/x b/y".
  std::vector<std::string> calls() const;
  std::size_t call_count() const;
  /// The bytes of a file, or nothing when there is none.
  std::optional<std::string> contents(std::string_view path) const;
  /// The paths of all files, in order.
  std::vector<std::string> files() const;

  /// The disk that the machine finds when it starts again: counting from 0, nothing set to fail.
  /// For lost power, seed 0 drops all that was not synced, seed 1 keeps it all, any other seed
  /// chooses piece by piece.
  std::unique_ptr<FakeDisk> after(Crash crash, std::uint64_t seed = 0) const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace p3a
