// The current configuration, and what users changed while the display ran.
//
// Layers, each winning over the one before: defaults, the configuration file, what was saved,
// command line flags. A change made while running wins over all of them until the next start. Saved
// are only the keys that someone changed, as JSON in kSavedConfigName in the storage root, so that
// defaults may change with a later version. Any thread; apply() and load() block for as long as the
// disk does.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "device/config/config.h"
#include "device/config/patch.h"
#include "device/ports.h"

namespace p3a {

class ConfigStore {
 public:
  using Listener = std::function<void(std::shared_ptr<const Config>)>;

  /// `start`: defaults, configuration file and flags. `flags` names those that what was saved does
  /// not override. Disk and parser outlive the store.
  ConfigStore(Disk& disk, PatchParser& parser, const Config& start, const Patch& flags);

  /// Takes over what was saved; call it once, before anything else. Returns sentences for the log
  /// about what could not be taken over: never a reason not to start.
  std::vector<std::string> load();

  /// Called after each change, on the thread that made it, one at a time and in order; must not
  /// call apply(). Set it before other threads use the store.
  void on_change(Listener listener) { listener_ = std::move(listener); }

  /// Never null.
  std::shared_ptr<const Config> current() const;

  /// Validates, saves, then publishes; null forgets a change. On any error what current() gives is
  /// as before, and so is the saved file. (Should the disk fail to confirm a save and then refuse
  /// to undo it too, the file may hold either, whole.) Errors: those of p3a::apply(), kStorageFull,
  /// kStorageUnavailable.
  Status apply(const Patch& patch);

 private:
  Status read_saved(std::vector<std::string>& warnings);
  void take_over(const Patch& saved, std::vector<std::string>& warnings);
  Status save(const std::string& json);
  void undo_save();
  void publish(Config config);

  Disk& disk_;
  PatchParser& parser_;
  const Config start_;
  const Patch flags_;
  Listener listener_;

  std::mutex change_mutex_;          ///< held for a whole load() or apply(); guards the four below
  Patch saved_;                      ///< what users changed, each key once
  std::optional<std::string> file_;  ///< what the saved file holds, nothing when there is none
  bool readable_ = false;  ///< until it could be read, the saved file must not be replaced
  bool broken_ = false;    ///< it is kept under another name when it is replaced

  mutable std::mutex current_mutex_;  ///< held while the pointer is copied
  std::shared_ptr<const Config> current_;
};

}  // namespace p3a
