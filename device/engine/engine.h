// The heart of the display: decodes what is to be shown, in time, and hands it to the presenter.
//
// Owns the frames, the decode thread (player, guest) and the presenting thread (presenter, panel).
// Every public method may be called on any thread and returns at once, but for prepare(), which
// decodes.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "device/capacities.h"
#include "device/config/config.h"
#include "device/engine/playlist.h"
#include "device/engine/stage.h"
#include "device/frame.h"
#include "device/ports.h"
#include "device/upload/upload_target.h"

namespace p3a {

/// What is on the panel and how it got there.
struct EngineStatus {
  Source source = Source::kSplash;
  std::string name;         ///< file name of what is shown, empty for none
  std::string_view format;  ///< format_name() of it, empty for none
  Size picture_size;        ///< of the picture itself, before fitting
  bool animated = false;
  double fps = 0;  ///< frames shown over the last second
  std::uint64_t frames_presented = 0;
  std::uint64_t frames_superseded = 0;
  std::size_t rotation_files = 0;
  std::vector<SkippedFile> skipped;
  bool paused = false;
  std::string panel_error;  ///< empty while the panel works
};

struct EnginePorts {
  Clock& clock;
  Log& log;
  Disk& disk;
  Decoders& decoders;
  Panel& panel;
  ByteSpan frame_memory = {};  ///< Engine::frame_bytes() or more, for the frames; empty: its own
  Capacities capacities = {};
  std::function<void()> decode_thread_begins = nullptr;  ///< on it, before anything else
};

class Engine final : public UploadTarget, public Stage {
 public:
  /// What the frames of a panel take.
  static std::size_t frame_bytes(const Config& config, const Capacities& capacities = {});

  /// Starts both threads. `splash` draws the friendly picture for an empty rotation on a canvas.
  /// `on_panel_events` is called on the presenting thread.
  Engine(const EnginePorts& ports, const std::shared_ptr<const Config>& config,
         std::function<void(const Canvas&, const View&)> splash,
         std::function<void(const PanelEvents&)> on_panel_events);
  /// stop(), if that was not done. Frames and pictures that it handed out must be gone by then.
  ~Engine() override;

  Result<PreparedPicture> prepare(std::unique_ptr<ReadableFile> file) override;
  void show(PreparedPicture picture, StoragePath path,
            std::function<void(bool shown)> done) override;

  /// From now on the guest is called on the decode thread; it is kept until the engine ends.
  void attach(std::shared_ptr<StageGuest> guest);
  // For the guest (stage.h).
  void wake() override;
  FrameRef acquire() override;
  void submit(Submission submission) override;
  void suspend_rotation(bool suspended) override;

  /// Ends both threads; what is being decoded ends first. Whoever still waits is told, and whoever
  /// asks later: kShuttingDown, not shown. What was on the panel can still be asked for.
  void stop();

  void next();
  void back();
  /// Paused: the picture stays, animations stand still, the rotation does not move on.
  void set_paused(bool paused);
  /// Takes over settings that may change while running and composes what is shown anew.
  void reconfigure(std::shared_ptr<const Config> config);

  EngineStatus status() const;
  /// How long the decode thread and the presenting thread have been at what they do; 0 while they
  /// wait. Never waits for either.
  Micros decode_busy() const;
  Micros present_busy() const;
  /// The frame on the panel, whole; empty only before the first one.
  FrameRef shown() const override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace p3a
