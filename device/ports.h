// What a display needs of the machine it runs on. ports/linux, ports/esp32p4 and ports/fake
// implement it.
//
// Nothing here throws; errors are values. Who calls on which thread stands with each interface. An
// object handed out by a port is owned by whoever received it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/bytes.h"
#include "core/base/error.h"
#include "core/base/geometry.h"
#include "core/base/time.h"
#include "core/compose/canvas.h"
#include "core/image/image.h"
#include "device/config/patch.h"

namespace p3a {

/// Any thread.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Instant now() = 0;
  /// The time of day in microseconds since 1970 UTC; may jump.
  virtual Micros since_epoch() = 0;
};

enum class LogLevel : std::uint8_t { kDebug, kInfo, kWarning, kError };

/// Any thread. One event a line: which client, what, and what happens next.
class Log {
 public:
  virtual ~Log() = default;
  virtual void write(LogLevel level, std::string_view line) = 0;
};

/// A name below the storage root: parts of [^/\0] joined by '/', none of them "", "." or "..", no
/// part above 255 bytes, 512 in all. An object exists only if it is valid, so that a path from the
/// network cannot leave the root; the port opens it without following links.
class StoragePath {
 public:
  /// Error: kInvalidFilename.
  static Result<StoragePath> parse(std::string_view text);
  const std::string& text() const { return text_; }
  /// The folder it lies in; nothing when it lies in the root itself.
  std::optional<StoragePath> folder() const;
  std::string_view name() const;
  bool operator==(const StoragePath&) const = default;
  auto operator<=>(const StoragePath&) const = default;

 private:
  explicit StoragePath(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

/// A file opened for reading: stays readable after it is renamed, replaced or removed. One thread
/// at a time.
class ReadableFile : public ByteSource {
 public:
  virtual ~ReadableFile() = default;
  /// All of it where it lies in memory, as long as the file is open; empty: it does not.
  virtual ByteView in_memory() const { return {}; }
};

/// A file being written from its start. Destroying it closes it; the bytes stay. One thread at a
/// time.
class WritableFile {
 public:
  virtual ~WritableFile() = default;
  virtual Status write(ByteView bytes) = 0;
  /// After the last write, before anybody reads: of a file that is written over, what it held
  /// beyond is gone.
  virtual Status truncate() { return {}; }
  /// Returns when the bytes and the size have reached the medium.
  virtual Status sync() = 0;
  /// Begins to write out and returns at once: a hint, so that what follows waits less.
  virtual void start_sync() {}
};

struct FileInfo {
  std::string name;
  std::uint64_t size = 0;
  Micros modified{};  ///< since 1970
};

struct StorageTotals {
  std::uint64_t total_bytes = 0;
  std::uint64_t free_bytes = 0;
};

/// The storage below one root. Every error is kStorageFull (no space, quota) or kStorageUnavailable
/// (missing, read-only, input/output error), except where noted. Any thread; may block for as long
/// as the medium does.
class Disk {
 public:
  virtual ~Disk() = default;
  /// Creates the folder and those above it, for good (they are synced); fine when it is there.
  virtual Status make_folder(const StoragePath& folder) = 0;
  /// A new file; fails when the name exists.
  virtual Result<std::unique_ptr<WritableFile>> create(const StoragePath& path) = 0;
  /// kNotFound when there is no such regular file (links and devices are none).
  virtual Result<std::unique_ptr<ReadableFile>> open(const StoragePath& path) = 0;
  /// Atomically gives a file another name in the same folder, replacing what has it.
  virtual Status rename(const StoragePath& from, const StoragePath& to) = 0;
  /// As rename(), but where the file system can, `from` then names what `to` named before: true.
  virtual Result<bool> exchange(const StoragePath& from, const StoragePath& to) {
    if (auto status = rename(from, to); !status) return std::unexpected(status.error());
    return false;
  }
  /// A file that is there, to be written over in place from its start; sync() cuts it to what was
  /// written. Spares the medium the work of giving blocks back and taking others. kNotFound also
  /// when somebody has it open or knows it by another name, or when that cannot be told.
  virtual Result<std::unique_ptr<WritableFile>> overwrite(const StoragePath&) {
    return fail(ErrorCode::kNotFound, "files are not written over here");
  }
  /// Fine when there is nothing of that name.
  virtual Status remove(const StoragePath& path) = 0;
  /// Returns when creations, renames and removals in that folder have reached the medium.
  virtual Status sync_folder(const std::optional<StoragePath>& folder) = 0;
  /// The regular files in a folder, or in the root, in no order. Empty when the folder does not
  /// exist.
  virtual Result<std::vector<FileInfo>> list(const std::optional<StoragePath>& folder) = 0;
  virtual Result<StorageTotals> totals() = 0;
};

struct DecodedFrame {
  Micros delay{};     ///< how long it stays, as the file says; 0 for a still picture
  bool last = false;  ///< the animation ends here; the next call starts it again
};

/// One opened picture, its header checked. One thread at a time.
class Picture {
 public:
  virtual ~Picture() = default;
  virtual const ImageInfo& info() const = 0;
  /// Decodes the next frame, the first one after opening, and puts it on the canvas, all of which
  /// is written on success. May be called again for a still picture, to compose it anew. Errors:
  /// kDecodeFailed, kDecodeLimit, kDecodeTimeout, kUnsupportedFeature; the canvas holds rubbish
  /// then.
  virtual Result<DecodedFrame> next(const View& view, const Canvas& canvas) = 0;
};

/// How pictures are decoded, for /status.
struct DecoderStatus {
  /// "on", "partial" (some of its walls cannot be had here), "unavailable" (none can, so pictures
  /// are decoded in this process) or "off".
  std::string_view sandbox = "off";
  std::string missing;                ///< what cannot be had, for people; empty for nothing
  std::uint64_t crashed = 0;          ///< pictures on which a worker broke down
  std::uint64_t timed_out = 0;        ///< pictures that were given up after decode.deadline_ms
  std::uint64_t over_limit = 0;       ///< pictures that wanted more memory or frames than allowed
  std::uint64_t workers_started = 0;  ///< since the display began
};

/// Pixels that the display has drawn itself, without the machine's libraries: raw ones, or those of
/// a P3X frame.
struct DrawnPixels {
  std::size_t bytes_per_pixel = 3;
  Size size;
  std::optional<std::uint64_t> p3x_cells{};  ///< of a P3X frame: as many were decoded, 0 of a delta
};

/// The image libraries of the machine. Any thread.
class Decoders {
 public:
  virtual ~Decoders() = default;
  virtual Result<std::unique_ptr<Picture>> open(std::unique_ptr<ReadableFile> file,
                                                const ImageLimits& limits) = 0;
  virtual DecoderStatus status() { return {}; }
  /// The display has drawn these onto that canvas. For a machine that stands for a slower one,
  /// which takes that one's time here; others do nothing.
  virtual void drew(const DrawnPixels&, const View&, const Canvas&) {}
};

struct TouchEvent {
  enum class Kind : std::uint8_t { kDown, kMove, kUp };
  Kind kind = Kind::kDown;
  std::uint32_t id = 0;
  std::uint32_t x = 0;  ///< panel pixels
  std::uint32_t y = 0;
};

struct PanelEvents {
  std::vector<TouchEvent> touches;
  bool closed = false;  ///< the window was closed: the display stops
};

/// Where frames become visible. The presenting thread only, but for panels that say any_thread().
class Panel {
 public:
  virtual ~Panel() = default;
  /// Shows a canvas of the panel's size and format; returns when it is visible or, where the panel
  /// tells its vertical sync, when the swap is sure. The canvas may be reused after the next
  /// present().
  virtual Status present(const Canvas& canvas) = 0;
  /// Whether present() may be called by any thread, one at a time: nothing is waited for there.
  /// Such a panel has no events.
  virtual bool any_thread() const { return false; }
  /// What happened since the last call; called at least every 50 ms when wants_events().
  virtual PanelEvents poll() { return {}; }
  virtual bool wants_events() const { return false; }
  /// The last call: gives back what belongs to the presenting thread.
  virtual void close() {}
};

struct MachineStatus {
  std::uint64_t rss_bytes = 0;        ///< memory that this program has in use
  std::uint64_t available_bytes = 0;  ///< memory that the machine could still give
  /// What of it drivers and the network need, where that is a memory of its own.
  std::optional<std::uint64_t> internal_free_bytes = {};
  double cpu_seconds = 0;  ///< processor time that this program has used
  std::uint64_t threads = 0;
  std::uint64_t open_files = 0;
  std::string_view board = "p3a-live Linux";
  std::string address;  ///< where the network reaches it, "192.0.2.7"; empty without network
};

/// Any thread; returns at once.
class Machine {
 public:
  virtual ~Machine() = default;
  virtual MachineStatus status() = 0;
};

/// PNG for GET /snapshot.png: 8-bit RGB, lossless. Any thread.
class SnapshotEncoder {
 public:
  virtual ~SnapshotEncoder() = default;
  virtual Result<std::vector<std::uint8_t>> encode_png(const Canvas& canvas) = 0;
};

/// Reads settings out of JSON: {"panel":{"rotation":90}} and {"panel.rotation":90} alike. Any
/// thread.
class PatchParser {
 public:
  virtual ~PatchParser() = default;
  /// Error: kInvalidJson, also for what no setting can be (an array of numbers, nesting without
  /// end). The caller bounds the text's size.
  virtual Result<Patch> parse(std::string_view json) = 0;
  /// The members of a message, which may have members of a later version: those that no setting
  /// can be are left out. Errors: kInvalidJson, kInvalidValue (JSON, but no object).
  virtual Result<Patch> parse_message(std::string_view json) { return parse(json); }
};

}  // namespace p3a
