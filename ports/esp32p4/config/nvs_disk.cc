#include "ports/esp32p4/config/nvs_disk.h"

#include <nvs.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace p3a {
namespace {

constexpr const char* kNamespace = "p3a";

// An open namespace, or why there is none.
class Entries {
 public:
  explicit Entries(nvs_open_mode_t mode) : opened_(nvs_open(kNamespace, mode, &handle_)) {}
  Entries(const Entries&) = delete;
  Entries& operator=(const Entries&) = delete;
  ~Entries() {
    if (opened_ == ESP_OK) nvs_close(handle_);
  }
  esp_err_t opened() const { return opened_; }
  nvs_handle_t handle() const { return handle_; }

 private:
  nvs_handle_t handle_ = 0;
  esp_err_t opened_;
};

std::unexpected<Error> error_of(esp_err_t error) {
  if (error == ESP_ERR_NVS_NOT_FOUND)
    return fail(ErrorCode::kNotFound, "nothing is saved under this name");
  if (error == ESP_ERR_NVS_NOT_ENOUGH_SPACE)
    return fail(ErrorCode::kStorageFull, "the chip's flash has no room for the settings");
  return fail(ErrorCode::kStorageUnavailable, "the chip's flash cannot keep the settings (error ",
              static_cast<std::uint32_t>(error), "): flash it anew with erase-flash");
}

Status status_of(esp_err_t error) {
  if (error == ESP_OK) return {};
  return error_of(error);
}

std::unexpected<Error> not_here() {
  return fail(ErrorCode::kStorageUnavailable, "the chip's flash keeps settings only");
}

// NVS knows names of 15 bytes; those that the settings' store uses differ within them.
Result<std::string> key_of(const StoragePath& path) {
  constexpr std::size_t kLongest = 15;
  if (path.folder()) return not_here();
  return path.text().substr(0, kLongest);
}

class Reader final : public ReadableFile {
 public:
  explicit Reader(std::vector<std::uint8_t> bytes) : bytes_(std::move(bytes)) {}
  std::uint64_t size() const override { return bytes_.size(); }
  std::size_t read_at(std::uint64_t offset, ByteSpan out) override {
    return MemorySource(bytes_).read_at(offset, out);
  }

 private:
  std::vector<std::uint8_t> bytes_;
};

}  // namespace

struct NvsDisk::Draft {
  std::string name;
  std::vector<std::uint8_t> bytes;
};

class NvsDisk::Writer final : public WritableFile {
 public:
  explicit Writer(std::shared_ptr<Draft> draft) : draft_(std::move(draft)) {}
  Status write(ByteView bytes) override {
    if (bytes.size() > kMaxBytes - draft_->bytes.size())
      return fail(ErrorCode::kStorageFull, "the settings are above ", kMaxBytes, " bytes");
    draft_->bytes.insert(draft_->bytes.end(), bytes.begin(), bytes.end());
    return {};
  }
  Status sync() override { return {}; }  // it has no name yet that would have to last

 private:
  std::shared_ptr<Draft> draft_;
};

NvsDisk::NvsDisk() = default;
NvsDisk::~NvsDisk() = default;

Status NvsDisk::make_folder(const StoragePath&) { return not_here(); }

Result<std::unique_ptr<WritableFile>> NvsDisk::create(const StoragePath& path) {
  const std::lock_guard lock(mutex_);
  draft_ = std::make_shared<Draft>(Draft{path.text(), {}});
  return std::make_unique<Writer>(draft_);
}

Result<std::unique_ptr<ReadableFile>> NvsDisk::open(const StoragePath& path) {
  const auto key = key_of(path);
  if (!key) return fail(ErrorCode::kNotFound, "nothing is saved under this name");
  const Entries entries(NVS_READONLY);  // not found: nothing was ever saved
  if (entries.opened() != ESP_OK) return error_of(entries.opened());
  std::size_t size = 0;
  if (const auto error = nvs_get_blob(entries.handle(), key->c_str(), nullptr, &size);
      error != ESP_OK)
    return error_of(error);
  if (size > kMaxBytes) return error_of(ESP_ERR_INVALID_SIZE);
  std::vector<std::uint8_t> bytes(size);
  if (const auto error = nvs_get_blob(entries.handle(), key->c_str(), bytes.data(), &size);
      error != ESP_OK)
    return error_of(error);
  return std::make_unique<Reader>(std::move(bytes));
}

Status NvsDisk::rename(const StoragePath& from, const StoragePath& to) {
  const std::lock_guard lock(mutex_);
  if (!draft_ || draft_->name != from.text())
    return fail(ErrorCode::kNotFound, "nothing is being written under this name");
  const auto key = key_of(to);
  if (!key) return std::unexpected(key.error());
  const Entries entries(NVS_READWRITE);
  if (entries.opened() != ESP_OK) return error_of(entries.opened());
  const auto draft = std::exchange(draft_, nullptr);
  const auto set =
      nvs_set_blob(entries.handle(), key->c_str(), draft->bytes.data(), draft->bytes.size());
  return status_of(set == ESP_OK ? nvs_commit(entries.handle()) : set);
}

Status NvsDisk::remove(const StoragePath& path) {
  const std::lock_guard lock(mutex_);
  if (draft_ && draft_->name == path.text()) draft_ = nullptr;
  const auto key = key_of(path);
  if (!key) return {};
  const Entries entries(NVS_READWRITE);
  if (entries.opened() != ESP_OK) return error_of(entries.opened());
  const esp_err_t erased = nvs_erase_key(entries.handle(), key->c_str());
  if (erased == ESP_ERR_NVS_NOT_FOUND) return {};
  return status_of(erased == ESP_OK ? nvs_commit(entries.handle()) : erased);
}

Result<std::vector<FileInfo>> NvsDisk::list(const std::optional<StoragePath>&) {
  return not_here();
}

Result<StorageTotals> NvsDisk::totals() { return not_here(); }

}  // namespace p3a
