// Plays the rotation: which picture is shown for how long, and when the next frame of an animation
// is due.
//
// It owns the open picture and decodes one frame ahead; animations are never held whole. It reads
// no clock and starts no thread: advance() does one piece of work that is due, at most one decode,
// and returns when it wants to be called again. A frame that it submits comes back as frame_done(),
// and only then the next one is submitted, so that the presenter never has to drop one of an
// animation. Frame times come from a playhead that adds up the delays of the file, so that they do
// not drift; when the machine cannot keep up, the playhead starts anew.
//
// The picture on the panel stays until the first frame of the next one is decoded. A file that
// cannot be decoded is named once in the log, passed over until it changes, and never deleted. When
// no file can be shown, the splash is. The decode thread only.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "device/config/config.h"
#include "device/engine/playlist.h"
#include "device/engine/submission.h"
#include "device/upload/upload_target.h"

namespace p3a {

struct PlayerPorts {
  Log& log;
  Disk& disk;
  Decoders& decoders;
  FramePool& pool;
  /// Draws the friendly picture for an empty rotation.
  std::function<void(const Canvas&, const View&)> splash;
  /// Sends a frame on its way; its owner answers with frame_done(ticket).
  std::function<void(std::uint64_t ticket, Submission)> submit;
};

struct PlayerStatus {
  std::size_t rotation_files = 0;
  std::vector<SkippedFile> skipped;
};

class Player {
 public:
  using Direction = Playlist::Direction;
  static constexpr std::string_view kFolder = "animations";
  static constexpr Micros kLookEvery = 5s;     ///< at the folder, for files copied in by hand
  static constexpr Micros kLead = 20ms;        ///< a frame is submitted so long before its time
  static constexpr Micros kMaxLate = 250ms;    ///< later, and the playhead starts anew
  static constexpr Micros kRetryFrame = 10ms;  ///< when every frame of the pool is lent
  static constexpr Micros kZeroDelay = 100ms;  ///< what a frame with no delay gets, as in browsers
  static constexpr Instant kNever = Instant::max();

  /// `seed` decides the shuffled order.
  Player(PlayerPorts ports, std::shared_ptr<const Config> config, std::uint64_t seed);

  Instant advance(Instant now);
  /// The frame was shown, or will not be. After any of the calls below, too, advance() is due.
  void frame_done(std::uint64_t ticket, Instant now);
  /// To the next picture or the one before.
  void step(Direction direction, Instant now);
  /// Shows a picture at once; the rotation goes on behind it.
  void show(PreparedPicture prepared, const StoragePath& path, std::function<void(bool)> done,
            Instant now);
  /// The same for a picture whose first frame went to the panel already: `first`, or null when
  /// something newer took its place.
  void take_over(PreparedPicture prepared, const Frame* first, const StoragePath& path,
                 Instant now);
  /// Paused: the picture stays, an animation stands still.
  void set_paused(bool paused, Instant now);
  /// Somebody else has the panel: nothing is decoded or shown until resume(). `on_panel`: the frame
  /// there, which comes back then at once when it is the player's.
  void suspend(FrameRef on_panel);
  void resume(Instant now);
  /// Composes what is shown anew where its view has changed; an animation goes on by a frame or
  /// two. config.player.paused is for the start only.
  void reconfigure(std::shared_ptr<const Config> config);

  /// The status when it has changed since the last call.
  std::optional<PlayerStatus> changed_status();

 private:
  struct Showing {
    Source source = Source::kSplash;
    std::shared_ptr<const ShownPicture> label = std::make_shared<ShownPicture>();
    std::unique_ptr<Picture> picture;  // empty for the splash and when it could not be decoded on
    bool in_folder = false;            // it belongs to the rotation
    std::optional<FileInfo> file;      // as it was when opened; empty until the folder tells
    DecodedFrame timing;               // of the frame submitted last
    std::optional<Instant> since;      // when its first frame was on the panel
  };
  struct Ahead {
    FrameRef frame;
    DecodedFrame timing;
  };
  struct Search {
    Direction direction;
    std::size_t tries_left;
    bool same_name = false;  // the file of what is shown, which has changed
  };

  // When things are due.
  Micros dwell() const;
  bool alone() const;
  bool animating() const;
  bool loop_ends() const;
  Instant next_frame_at() const;
  Instant change_at() const;
  Instant deadline() const;

  // The folder and what comes next (player_search.cc).
  void look(Instant now);
  void compare_with_folder();
  void begin_search(Direction direction, Instant now);
  void search_step(Instant now);
  const FileInfo* next_candidate();
  bool is_showing(const FileInfo& file) const;
  Result<PreparedPicture> open(const FileInfo& file, FrameRef frame);
  void note_bad(const FileInfo& file, const Error& reason);
  void stay(Instant now);
  void show_splash();

  // Frames.
  FrameRef acquire(Instant now);
  void adopt(PreparedPicture prepared, std::string name);
  void adopt_upload(PreparedPicture prepared, const StoragePath& path);
  void note_good();
  void decode_ahead(Instant now);
  void submit_ahead(Instant now);
  void compose_again(Instant now);
  void restore(Instant now);
  void give_up_on_shown(const Error& reason, Instant now);
  void submit(FrameRef frame, Instant present_at, std::function<void(bool)> done);

  PlayerPorts ports_;
  std::shared_ptr<const Config> config_;
  View view_;
  Playlist playlist_;
  Showing showing_;
  std::optional<Ahead> ahead_;
  std::optional<Search> search_;
  Instant playhead_{};                // when the frame submitted last was due
  Instant look_at_{};                 // when the folder is looked at again
  Instant retry_at_{};                // not before this, when the pool had no frame
  std::uint64_t ticket_ = 0;          // of the last submission
  std::uint64_t in_flight_ = 0;       // the ticket not answered yet, 0 for none
  const Frame* submitted_ = nullptr;  // the last one, to be known again; not ours any more
  FrameRef kept_;                     // what to restore; its pixels are copied
  bool compose_again_ = false;
  bool suspended_ = false;
  bool restore_ = false;  // suspended no longer, and the panel shows it not yet
  bool paused_ = false;
  bool folder_failed_ = false;
  bool status_changed_ = true;
};

}  // namespace p3a
