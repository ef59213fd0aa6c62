// The last steps of an upload: is it a picture, keep it for good, put it on the panel. One upload
// at a time, so that the last one to be kept is the last one to be shown.
//
// What a safe upload replaced is not removed: its blocks serve the next one. It is the disk's own
// copy that must no longer need it, so it is a spare only when the folder is synced.
//
// Whatever fails or stops here, the picture that was kept before stays whole. Any thread; blocks
// for the disk and for the decoding of one frame.
#pragma once

#include <functional>
#include <mutex>
#include <optional>

#include "device/config/config.h"
#include "device/ports.h"
#include "device/upload/background_step.h"
#include "device/upload/incoming_file.h"
#include "device/upload/upload_target.h"

namespace p3a {

struct Destination {
  enum class Naming : std::uint8_t {
    kReplace,    ///< the base with the format's ending; the base with any other ending of ours goes
    kTimestamp,  ///< the base, the time and the ending; nothing is replaced
    kExact,      ///< the base as it is
  };
  StoragePath base;
  Naming naming = Naming::kReplace;
};

class UploadFinisher {
 public:
  /// `shown` as in UploadTarget::show().
  using Shown = std::function<void(const StoragePath& path, bool shown)>;

  UploadFinisher(Disk& disk, Clock& clock, Log& log, UploadTarget& target)
      : disk_(disk), clock_(clock), log_(log), target_(target) {}
  /// Removes the spare file.
  ~UploadFinisher() { drop_spare(); }

  /// The file that was replaced last, in that folder and for good: the next one may be written over
  /// it, which is up to three times as fast as into a new one. The caller's from now on.
  std::optional<StoragePath> take_spare(const std::optional<StoragePath>& folder);
  void drop_spare();

  /// The file is complete. On success it is kept and on its way to the panel, and `shown` will be
  /// called once; on error it never is. Errors: those of UploadTarget::prepare() and of the
  /// disk.
  Status finish(IncomingFile& file, const Destination& destination, Durability durability,
                Shown shown);

 private:
  Status give_name(IncomingFile& file, const StoragePath& path, Durability durability);
  void keep_spare(const StoragePath& path);
  Result<StoragePath> name_for(const Destination& destination, ImageFormat format);
  Result<StoragePath> unused_name(const StoragePath& base, std::string_view ending);
  void remove_other_endings(const StoragePath& base, const StoragePath& kept);

  Disk& disk_;
  Clock& clock_;
  Log& log_;
  UploadTarget& target_;
  std::mutex one_at_a_time_;  // held for a whole finish(); guards the next one
  std::optional<StoragePath>
      only_ending_;  // the last upload's, when no other ending of its name is left
  BackgroundStep syncing_;
  std::mutex spare_mutex_;  // guards the next one
  std::optional<StoragePath> spare_;
};

}  // namespace p3a
