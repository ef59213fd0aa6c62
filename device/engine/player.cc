#include "device/engine/player.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "device/engine/prepare.h"

namespace p3a {
namespace {

bool same_view(const Config& a, const Config& b) {
  return a.panel.rotation == b.panel.rotation && a.panel.gamma == b.panel.gamma &&
         a.panel.brightness == b.panel.brightness && a.picture.fit == b.picture.fit &&
         a.picture.scaling == b.picture.scaling && a.picture.background == b.picture.background;
}

}  // namespace

Player::Player(PlayerPorts ports, std::shared_ptr<const Config> config, std::uint64_t seed)
    : ports_(std::move(ports)),
      config_(std::move(config)),
      view_(view_of(*config_)),
      playlist_(seed),
      paused_(config_->player.paused) {
  playlist_.set_shuffle(config_->player.shuffle);
}

Instant Player::advance(Instant now) {
  if (suspended_) return kNever;
  if (restore_) {
    if (retry_at_ > now) return retry_at_;
    restore(now);
    return now;
  }
  if (look_at_ <= now) look(now);
  if (change_at() <= now) begin_search(Direction::kForward, now);
  if (ahead_ && !in_flight_ && !paused_ && next_frame_at() - kLead <= now) {
    submit_ahead(now);
  } else if (retry_at_ > now) {
    return retry_at_;
  } else if (compose_again_ && !in_flight_) {
    compose_again(now);
  } else if (animating() && !ahead_ && !in_flight_) {
    decode_ahead(now);
  } else if (search_) {
    search_step(now);
  } else {
    return deadline();
  }
  return now;
}

void Player::frame_done(std::uint64_t ticket, Instant now) {
  if (ticket != in_flight_) return;
  in_flight_ = 0;
  if (showing_.since) return;
  showing_.since = now;
  playhead_ = now;
}

void Player::step(Direction direction, Instant now) { begin_search(direction, now); }

void Player::show(PreparedPicture prepared, const StoragePath& path, std::function<void(bool)> done,
                  Instant now) {
  FrameRef frame = std::move(prepared.first);
  adopt_upload(std::move(prepared), path);
  if (suspended_) {
    kept_ = std::move(frame);
    if (done) done(false);
    return look(now);
  }
  submit(std::move(frame), {}, std::move(done));
  look_at_ = now;  // at the folder, now that nobody waits for it
}

void Player::take_over(PreparedPicture prepared, const Frame* first, const StoragePath& path,
                       Instant now) {
  adopt_upload(std::move(prepared), path);
  kept_ = {};  // when suspended: it is composed anew afterwards
  submitted_ = first;
  ++ticket_;
  in_flight_ = 0;
  showing_.since = now;
  playhead_ = now;
  look_at_ = now;  // at the folder, now that nobody waits for it
}

void Player::set_paused(bool paused, Instant now) {
  if (paused == paused_) return;
  paused_ = paused;
  playhead_ = now;  // the frame shown and the picture have their whole time again
  if (showing_.since) showing_.since = now;
}

void Player::suspend(FrameRef on_panel) {
  if (std::exchange(suspended_, true)) return;
  if (restore_) return;  // what was kept is still to come back
  // Not an older one: the one submitted last may still be on its way.
  const bool mine = on_panel && &*on_panel == submitted_ &&
                    (on_panel->source == Source::kRotation || on_panel->source == Source::kSplash);
  kept_ = mine ? std::move(on_panel) : FrameRef();
}

void Player::resume(Instant now) {
  if (!std::exchange(suspended_, false)) return;
  restore_ = true;
  playhead_ = now;
  if (showing_.since) showing_.since = now;
}

void Player::reconfigure(std::shared_ptr<const Config> config) {
  const auto before = std::exchange(config_, std::move(config));
  playlist_.set_shuffle(config_->player.shuffle);
  if (same_view(*before, *config_)) return;
  view_ = view_of(*config_);
  compose_again_ = true;
}

std::optional<PlayerStatus> Player::changed_status() {
  if (!std::exchange(status_changed_, false)) return std::nullopt;
  return PlayerStatus{playlist_.size(), playlist_.skipped()};
}

Micros Player::dwell() const {
  return Micros(static_cast<std::int64_t>(config_->player.dwell_s * 1e6));
}

// Whether there is nothing to change to.
bool Player::alone() const {
  if (playlist_.size() > 1) return false;
  const FileInfo* only = playlist_.find(showing_.label->name);
  return playlist_.size() == 0 || (only != nullptr && is_showing(*only));
}

bool Player::animating() const {
  return showing_.picture && showing_.label->animated && !paused_ && !loop_ends();
}

// An animation is not cut off: when its dwell is over, it plays to its end.
bool Player::loop_ends() const {
  return showing_.timing.last && showing_.since && dwell() > 0s && !alone() &&
         next_frame_at() >= *showing_.since + dwell();
}

Instant Player::next_frame_at() const {
  const Micros delay = showing_.timing.delay;
  return playhead_ + (delay > 0us ? delay : kZeroDelay);
}

Instant Player::change_at() const {
  if (search_ || paused_ || in_flight_ || !showing_.since || dwell() == 0s || alone())
    return kNever;
  if (showing_.source == Source::kSplash) return kNever;  // look() ends the splash
  if (showing_.picture && showing_.label->animated) return loop_ends() ? next_frame_at() : kNever;
  return *showing_.since + dwell();
}

Instant Player::deadline() const {
  Instant due = std::min(look_at_, change_at());
  if (ahead_ && !in_flight_ && !paused_) due = std::min(due, next_frame_at() - kLead);
  return due;
}

FrameRef Player::acquire(Instant now) {
  FrameRef frame = ports_.pool.acquire();
  if (!frame) retry_at_ = now + kRetryFrame;
  return frame;
}

void Player::adopt(PreparedPicture prepared, std::string name) {
  search_.reset();
  ahead_.reset();
  compose_again_ = false;
  showing_ = {.source = Source::kRotation,
              .label = label_of(prepared, std::move(name)),
              .picture = std::move(prepared.picture),
              .in_folder = false,
              .file = {},
              .timing = prepared.timing,
              .since = {}};
  note_good();
}

void Player::adopt_upload(PreparedPicture prepared, const StoragePath& path) {
  adopt(std::move(prepared), std::string(path.name()));
  const auto folder = path.folder();
  showing_.in_folder = folder && folder->text() == kFolder;
  if (showing_.in_folder) playlist_.jump(path.name());
  restore_ = false;
}

// A still picture, or an animation that has been decoded to its end.
void Player::note_good() {
  if (showing_.label->animated && !showing_.timing.last) return;
  if (playlist_.unskip(showing_.label->name)) status_changed_ = true;
}

void Player::decode_ahead(Instant now) {
  FrameRef frame = acquire(now);
  if (!frame) return;
  const auto timing = showing_.picture->next(view_, frame->canvas);
  if (!timing) return give_up_on_shown(timing.error(), now);
  ahead_ = Ahead{std::move(frame), *timing};
}

void Player::submit_ahead(Instant now) {
  playhead_ = next_frame_at();
  if (now - playhead_ > kMaxLate) playhead_ = now;
  showing_.timing = ahead_->timing;
  note_good();
  FrameRef frame = std::move(ahead_->frame);
  ahead_.reset();
  submit(std::move(frame), playhead_, {});
}

void Player::compose_again(Instant now) {
  if (showing_.source != Source::kSplash && !showing_.picture) {
    compose_again_ = false;  // it could not be decoded on: its last good frame stays
    return;
  }
  FrameRef frame = acquire(now);
  if (!frame) return;
  compose_again_ = false;
  ahead_.reset();
  if (showing_.picture) {
    const auto timing = showing_.picture->next(view_, frame->canvas);
    if (!timing) return give_up_on_shown(timing.error(), now);
    showing_.timing = *timing;
    playhead_ = now;
  } else {
    ports_.splash(frame->canvas, view_);
  }
  submit(std::move(frame), {}, {});
}

void Player::restore(Instant now) {
  if (!kept_ || compose_again_) {
    restore_ = false;
    compose_again_ = ticket_ != 0;
    kept_ = {};
    return;
  }
  FrameRef frame = acquire(now);
  if (!frame) return;
  restore_ = false;
  // A copy: the presenter writes into a frame that it shows, and others may still read the old one.
  const Canvas& canvas = kept_->canvas;
  std::memcpy(frame->canvas.pixels, canvas.pixels, canvas.stride * canvas.size.height);
  kept_ = {};
  submit(std::move(frame), {}, {});
}

void Player::give_up_on_shown(const Error& reason, Instant now) {
  showing_.picture.reset();
  note_bad(showing_.file.value_or(FileInfo{.name = showing_.label->name}), reason);
  begin_search(Direction::kForward, now);
}

void Player::submit(FrameRef frame, Instant present_at, std::function<void(bool)> done) {
  frame->present_at = present_at;
  frame->source = showing_.source;
  submitted_ = &*frame;
  in_flight_ = ++ticket_;
  ports_.submit(ticket_, {std::move(frame), showing_.label, std::move(done)});
}

}  // namespace p3a
