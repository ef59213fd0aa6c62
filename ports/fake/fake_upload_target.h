// An engine for tests of uploads: a file is a picture when it ends in "END", and showing is a
// matter of the test. Any thread.
#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "device/upload/upload_target.h"

namespace p3a {

class FakeUploadTarget final : public UploadTarget {
 public:
  enum class Showing : std::uint8_t {
    kShown,
    kOvertaken,  ///< something newer took its place
    kHeld,       ///< until release()
  };

  Result<PreparedPicture> prepare(std::unique_ptr<ReadableFile> file) override {
    std::string bytes(file->size(), '\0');
    const ByteSpan out(reinterpret_cast<std::uint8_t*>(bytes.data()), bytes.size());
    const bool whole = file->read_at(0, out) == bytes.size() && bytes.ends_with("END");
    const std::lock_guard lock(mutex_);
    prepared_.push_back(bytes);
    if (error_) return fail(*error_, "The picture is scripted to fail.");
    if (!whole) return fail(ErrorCode::kDecodeFailed, "The picture is cut off.");
    return PreparedPicture{};
  }

  void show(PreparedPicture, StoragePath path, std::function<void(bool shown)> done) override {
    Showing showing = Showing::kHeld;
    {
      const std::lock_guard lock(mutex_);
      shown_.push_back(path.text());
      showing = showing_;
      if (showing == Showing::kHeld) held_.push_back(std::move(done));
    }
    if (showing != Showing::kHeld) done(showing == Showing::kShown);
  }

  void set_showing(Showing showing) {
    const std::lock_guard lock(mutex_);
    showing_ = showing;
  }
  /// What prepare() answers from now on, whatever the file.
  void set_error(std::optional<ErrorCode> code) {
    const std::lock_guard lock(mutex_);
    error_ = code;
  }
  void release(bool shown) {
    std::vector<std::function<void(bool)>> held;
    {
      const std::lock_guard lock(mutex_);
      held.swap(held_);
    }
    for (const auto& done : held) done(shown);
  }
  /// The bytes of every file that was to be prepared, and the paths of those to be shown, in order.
  std::vector<std::string> prepared() const {
    const std::lock_guard lock(mutex_);
    return prepared_;
  }
  std::vector<std::string> shown() const {
    const std::lock_guard lock(mutex_);
    return shown_;
  }

 private:
  mutable std::mutex mutex_;
  Showing showing_ = Showing::kShown;
  std::optional<ErrorCode> error_;
  std::vector<std::string> prepared_;
  std::vector<std::string> shown_;
  std::vector<std::function<void(bool)>> held_;
};

}  // namespace p3a
