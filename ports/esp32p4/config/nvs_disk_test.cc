// The settings' own store on it, with a fake of NVS behind the declarations: what was committed is
// there after a restart, and nothing else.
#include "ports/esp32p4/config/nvs_disk.h"

#include <gtest/gtest.h>
#include <nvs.h>

#include <map>

#include "device/config/config_store.h"

namespace {

using Blobs = std::map<std::string, std::string>;
Blobs committed;
Blobs pending;
int calls_until_failure = -1;
bool created = false;  // the namespace

bool fails() { return calls_until_failure >= 0 && calls_until_failure-- == 0; }

}  // namespace

extern "C" {
esp_err_t nvs_open(const char* name, nvs_open_mode_t mode, nvs_handle_t* handle) {
  EXPECT_LE(std::string(name).size(), 15u);
  if (fails()) return ESP_FAIL;
  if (mode == NVS_READONLY && !created) return ESP_ERR_NVS_NOT_FOUND;
  created = true;
  pending = committed;
  *handle = 1;
  return ESP_OK;
}
void nvs_close(nvs_handle_t) {}
esp_err_t nvs_get_blob(nvs_handle_t, const char* key, void* out, size_t* length) {
  if (fails()) return ESP_FAIL;
  const auto found = pending.find(key);
  if (found == pending.end()) return ESP_ERR_NVS_NOT_FOUND;
  if (out != nullptr) std::copy_n(found->second.data(), *length, static_cast<char*>(out));
  *length = found->second.size();
  return ESP_OK;
}
esp_err_t nvs_set_blob(nvs_handle_t, const char* key, const void* value, size_t length) {
  EXPECT_LE(std::string(key).size(), 15u);
  if (fails()) return ESP_ERR_NVS_NOT_ENOUGH_SPACE;
  pending[key].assign(static_cast<const char*>(value), length);
  return ESP_OK;
}
esp_err_t nvs_erase_key(nvs_handle_t, const char* key) {
  return pending.erase(key) > 0 ? ESP_OK : ESP_ERR_NVS_NOT_FOUND;
}
esp_err_t nvs_commit(nvs_handle_t) {
  if (fails()) return ESP_FAIL;
  committed = pending;
  return ESP_OK;
}
}

namespace p3a {
namespace {

class Rotations final : public PatchParser {
 public:
  Result<Patch> parse(std::string_view json) override {
    for (const std::int64_t angle : {90, 180, 270})
      if (json.contains(std::to_string(angle))) return Patch{{"panel.rotation", angle}};
    return Patch{};
  }
};

struct NvsDiskTest : testing::Test {
  NvsDiskTest() {
    committed.clear();
    created = false;
    calls_until_failure = -1;
  }
  Rotation after_restart() {
    calls_until_failure = -1;
    NvsDisk disk;
    ConfigStore store(disk, parser, {}, {});
    EXPECT_TRUE(store.load().empty());
    return store.current()->panel.rotation;
  }
  static Status turn(ConfigStore& store, std::int64_t angle) {
    return store.apply({{"panel.rotation", angle}});
  }
  Rotations parser;
};

TEST_F(NvsDiskTest, SettingsOutliveARestart) {
  EXPECT_EQ(after_restart(), Rotation::k0) << "a new chip";
  NvsDisk disk;
  ConfigStore store(disk, parser, {}, {});
  EXPECT_TRUE(store.load().empty());
  EXPECT_TRUE(turn(store, 90));
  EXPECT_TRUE(turn(store, 180));
  EXPECT_EQ(committed.size(), 1u) << "nothing but the settings stays";
  EXPECT_EQ(after_restart(), Rotation::k180);
}

// Whichever call fails: what the store says was saved is there after a restart, and else what was
// there before.
TEST_F(NvsDiskTest, AFlashThatFailsAnywhereKeepsTheOldOrTheNew) {
  for (int calls = 0; calls < 12; ++calls) {
    calls_until_failure = -1;
    NvsDisk disk;
    ConfigStore store(disk, parser, {}, {});
    EXPECT_TRUE(store.load().empty());
    ASSERT_TRUE(turn(store, 90));
    calls_until_failure = calls;
    const Status saved = turn(store, 270);
    EXPECT_EQ(after_restart(), saved ? Rotation::k270 : Rotation::k90) << calls;
  }
}

TEST_F(NvsDiskTest, SettingsThatCannotBeReadAreKeptAsideWithTheNextChange) {
  class Broken final : public PatchParser {
   public:
    Result<Patch> parse(std::string_view) override { return fail(ErrorCode::kInvalidJson, "no"); }
  } broken;
  created = true;
  committed["config.json"] = "{what";
  NvsDisk disk;
  ConfigStore store(disk, broken, {}, {});
  EXPECT_EQ(store.load().size(), 1u);
  EXPECT_TRUE(turn(store, 90));
  EXPECT_EQ(committed.size(), 2u);
  EXPECT_EQ(after_restart(), Rotation::k90);
}

TEST_F(NvsDiskTest, KeepsNothingElse) {
  NvsDisk disk;
  EXPECT_FALSE(disk.make_folder(*StoragePath::parse("animations")));
  EXPECT_FALSE(disk.totals());
  EXPECT_FALSE(disk.open(*StoragePath::parse("animations/a.png")));
  auto file = disk.create(*StoragePath::parse("x"));
  ASSERT_TRUE(file);
  const std::vector<std::uint8_t> bytes(NvsDisk::kMaxBytes);
  EXPECT_TRUE((*file)->write(bytes));
  EXPECT_FALSE((*file)->write(ByteView(bytes).first(1)));
}

}  // namespace
}  // namespace p3a
