#include "device/engine/engine.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <utility>

#include "device/engine/decode_worker.h"
#include "device/engine/player.h"
#include "device/engine/prepare.h"
#include "device/engine/presenter.h"

namespace p3a {

struct Engine::State {
  State(const EnginePorts& engine_ports, const std::shared_ptr<const Config>& first_config,
        std::function<void(const Canvas&, const View&)> splash,
        std::function<void(const PanelEvents&)> on_panel_events);

  void submit(std::uint64_t ticket, Submission submission);
  bool show_at_once(PreparedPicture& picture, const StoragePath& path,
                    std::function<void(bool)>& done);
  void take_over(PreparedPicture picture, const StoragePath& path, const Frame* first);
  void publish();
  Instant advance();
  void rotation_asked(Instant now);
  /// Runs on the decode thread, unless the display stops.
  void post(std::move_only_function<void(Instant now)> work);

  EnginePorts ports;
  FramePool pool;
  std::atomic<bool> stopped = false;

  mutable std::mutex mutex;              // guards the next three
  std::shared_ptr<const Config> config;  // the one in force
  PlayerStatus player_status;
  bool paused;

  // An upload goes to the presenter without a detour by the decode thread, which takes it over
  // afterwards. Until then nothing of the picture before may follow it.
  std::mutex turn;  // guards the next two, and that what they allow is submitted
  bool rotation_suspended = false;
  std::size_t uploads_ahead = 0;

  Player player;                      // the decode thread only
  std::shared_ptr<StageGuest> guest;  // the same; may be empty
  Presenter presenter;
  DecodeWorker worker;
};

std::size_t Engine::frame_bytes(const Config& config, const Capacities& capacities) {
  return FramePool::bytes({config.panel.width, config.panel.height}, config.panel.format,
                          capacities.frames);
}

Engine::State::State(const EnginePorts& engine_ports,
                     const std::shared_ptr<const Config>& first_config,
                     std::function<void(const Canvas&, const View&)> splash,
                     std::function<void(const PanelEvents&)> on_panel_events)
    : ports(engine_ports),
      pool({first_config->panel.width, first_config->panel.height}, first_config->panel.format,
           ports.capacities.frames, ports.frame_memory),
      config(first_config),
      paused(first_config->player.paused),
      player({.log = ports.log,
              .disk = ports.disk,
              .decoders = ports.decoders,
              .pool = pool,
              .splash = std::move(splash),
              .submit = [this](std::uint64_t ticket,
                               Submission submission) { submit(ticket, std::move(submission)); }},
             first_config, static_cast<std::uint64_t>(ports.clock.since_epoch().count())),
      presenter(ports.clock, ports.log, ports.panel, first_config->panel.refresh_hz,
                std::move(on_panel_events)),
      worker(ports.clock, [this] { return advance(); }, ports.decode_thread_begins) {}

Instant Engine::State::advance() {
  // The guest first: its frames are live.
  const Instant guest_due = guest ? guest->advance(ports.clock.now()) : Instant::max();
  const Instant due = player.advance(ports.clock.now());
  publish();
  return std::min(due, guest_due);
}

void Engine::State::rotation_asked(Instant now) {
  if (guest) guest->rotation_asked(now);
}

// On the decode thread. Whoever waits for the frame hears of it first, and finds it in the status.
void Engine::State::submit(std::uint64_t ticket, Submission submission) {
  publish();
  submission.done = [this, ticket, done = std::move(submission.done)](bool shown) {
    if (done) done(shown);
    post([this, ticket](Instant now) { player.frame_done(ticket, now); });
  };
  std::function<void(bool)> loser;
  {
    const std::lock_guard lock(turn);
    loser =
        uploads_ahead > 0 ? std::move(submission.done) : presenter.exchange(std::move(submission));
  }
  if (loser) loser(false);
}

// Any thread. False, and nothing is taken, when somebody else has the panel.
bool Engine::State::show_at_once(PreparedPicture& picture, const StoragePath& path,
                                 std::function<void(bool)>& done) {
  std::function<void(bool)> loser;
  {
    const std::lock_guard lock(turn);
    if (rotation_suspended) return false;
    ++uploads_ahead;
    Submission submission{
        std::move(picture.first), label_of(picture, std::string(path.name())), {}};
    submission.frame->source = Source::kRotation;
    submission.done = [this, path, first = &*submission.frame, done = std::move(done),
                       taken = std::make_shared<PreparedPicture>(std::move(picture))](bool shown) {
      worker.enqueue([this, path, first = shown ? first : nullptr, taken](bool stopping) {
        if (!stopping) take_over(std::move(*taken), path, first);
      });
      done(shown);  // whoever waits goes on before the decode thread is woken
      worker.wake();
    };
    loser = presenter.exchange(std::move(submission));
  }
  if (loser) loser(false);
  return true;
}

void Engine::State::take_over(PreparedPicture picture, const StoragePath& path,
                              const Frame* first) {
  const Instant now = ports.clock.now();
  rotation_asked(now);
  player.take_over(std::move(picture), first, path, now);
  const std::lock_guard lock(turn);
  --uploads_ahead;
}

void Engine::State::publish() {
  auto status = player.changed_status();
  if (!status) return;
  const std::lock_guard lock(mutex);
  player_status = std::move(*status);
}

void Engine::State::post(std::move_only_function<void(Instant)> work) {
  worker.post([this, work = std::move(work)](bool stopping) mutable {
    if (!stopping) work(ports.clock.now());
  });
}

Engine::Engine(const EnginePorts& ports, const std::shared_ptr<const Config>& config,
               std::function<void(const Canvas&, const View&)> splash,
               std::function<void(const PanelEvents&)> on_panel_events)
    : state_(
          std::make_unique<State>(ports, config, std::move(splash), std::move(on_panel_events))) {}

Engine::~Engine() { stop(); }

void Engine::stop() {
  state_->stopped = true;
  // In this order: nobody submits any more, then whoever still waits for a frame is told.
  state_->worker.stop();
  state_->presenter.stop();
  if (state_->guest) state_->guest->stage_stopped();
}

Result<PreparedPicture> Engine::prepare(std::unique_ptr<ReadableFile> file) {
  if (state_->stopped) return fail(ErrorCode::kShuttingDown, "The display is stopping.");
  FrameRef frame = state_->pool.acquire();
  if (!frame) return fail(ErrorCode::kBusy, "Too many uploads at once; try again in a second.");
  const auto config = [this] {
    const std::lock_guard lock(state_->mutex);
    return state_->config;
  }();
  return prepare_picture(state_->ports.decoders, view_of(*config), image_limits_of(*config),
                         std::move(file), std::move(frame));
}

void Engine::show(PreparedPicture picture, StoragePath path, std::function<void(bool)> done) {
  if (state_->show_at_once(picture, path, done)) return;
  state_->worker.post([state = state_.get(), picture = std::move(picture), path = std::move(path),
                       done = std::move(done)](bool stopping) mutable {
    if (stopping) return done(false);
    const Instant now = state->ports.clock.now();
    state->rotation_asked(now);
    state->player.show(std::move(picture), path, std::move(done), now);
  });
}

void Engine::attach(std::shared_ptr<StageGuest> guest) {
  state_->worker.post([state = state_.get(), guest = std::move(guest)](bool stopping) mutable {
    if (stopping) return guest->stage_stopped();
    state->guest = std::move(guest);
  });
}

void Engine::wake() { state_->worker.wake(); }

FrameRef Engine::acquire() { return state_->pool.acquire(); }

void Engine::submit(Submission submission) { state_->presenter.submit(std::move(submission)); }

void Engine::suspend_rotation(bool suspended) {
  {
    const std::lock_guard lock(state_->turn);
    state_->rotation_suspended = suspended;
  }
  if (suspended)
    state_->player.suspend(shown());
  else
    state_->player.resume(state_->ports.clock.now());
}

void Engine::next() {
  state_->post([this](Instant now) {
    state_->rotation_asked(now);
    state_->player.step(Player::Direction::kForward, now);
  });
}

void Engine::back() {
  state_->post([this](Instant now) {
    state_->rotation_asked(now);
    state_->player.step(Player::Direction::kBack, now);
  });
}

void Engine::set_paused(bool paused) {
  {
    const std::lock_guard lock(state_->mutex);
    state_->paused = paused;
  }
  state_->post([this, paused](Instant now) { state_->player.set_paused(paused, now); });
}

void Engine::reconfigure(std::shared_ptr<const Config> config) {
  const auto before = [&] {
    const std::lock_guard lock(state_->mutex);
    return std::exchange(state_->config, config);
  }();
  if (config->player.paused != before->player.paused) set_paused(config->player.paused);
  state_->post([this, config = std::move(config)](Instant) mutable {
    state_->player.reconfigure(std::move(config));
  });
}

EngineStatus Engine::status() const {
  const PresenterStatus on_panel = state_->presenter.status();
  const std::lock_guard lock(state_->mutex);
  const PlayerStatus& player = state_->player_status;
  return {.source = on_panel.source,
          .name = on_panel.picture.name,
          .format = on_panel.picture.format,
          .picture_size = on_panel.picture.size,
          .animated = on_panel.picture.animated,
          .fps = on_panel.fps,
          .frames_presented = on_panel.presented,
          .frames_superseded = on_panel.superseded,
          .rotation_files = player.rotation_files,
          .skipped = player.skipped,
          .paused = state_->paused,
          .panel_error = on_panel.panel_error};
}

Micros Engine::decode_busy() const { return state_->worker.busy(); }

Micros Engine::present_busy() const { return state_->presenter.busy(); }

FrameRef Engine::shown() const { return state_->presenter.shown(); }

}  // namespace p3a
