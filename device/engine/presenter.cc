#include "device/engine/presenter.h"

#include <algorithm>
#include <utility>

namespace p3a {

Presenter::Presenter(Clock& clock, Log& log, Panel& panel, std::uint32_t refresh_hz,
                     std::function<void(const PanelEvents&)> on_events)
    : clock_(clock),
      log_(log),
      panel_(panel),
      ticks_(clock.now(), refresh_hz),
      on_events_(std::move(on_events)),
      any_thread_(panel.any_thread() && !panel.wants_events()),
      not_before_(clock.now()) {
  if (panel_.wants_events()) next_poll_ = not_before_;
  thread_ = std::thread([this] { run(); });
}

Presenter::~Presenter() { stop(); }

void Presenter::submit(Submission submission) {
  std::unique_lock lock(mutex_);
  const auto loser = put(std::move(submission));
  if (any_thread_ && !presenting_ && waiting_ && waiting_->due <= clock_.now()) present(lock);
  const bool wanted = waiting_ || stopping_;
  lock.unlock();
  if (wanted) changed_.notify_one();
  if (loser) loser(false);
}

std::function<void(bool)> Presenter::exchange(Submission submission) {
  std::unique_lock lock(mutex_);
  auto loser = put(std::move(submission));
  lock.unlock();
  changed_.notify_one();
  return loser;
}

// With the lock held. Returns who lost its place.
std::function<void(bool)> Presenter::put(Submission submission) {
  if (stopping_) return std::move(submission.done);
  const Instant due = due_of(*submission.frame, clock_.now());
  if (waiting_) ++superseded_;
  auto before = std::exchange(waiting_, Waiting{std::move(submission), due});
  return before ? std::move(before->submission.done) : nullptr;
}

FrameRef Presenter::shown() const {
  const std::lock_guard lock(mutex_);
  return shown_;
}

PresenterStatus Presenter::status() const {
  const std::lock_guard lock(mutex_);
  PresenterStatus status;
  if (shown_) status.source = shown_->source;
  if (picture_) status.picture = *picture_;
  status.fps = rate_.per_second(clock_.now());
  status.presented = presented_;
  status.superseded = superseded_;
  status.panel_error = panel_error_;
  return status;
}

void Presenter::stop() {
  std::optional<Waiting> rest;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    rest = std::exchange(waiting_, std::nullopt);
  }
  changed_.notify_one();
  if (rest && rest->submission.done) rest->submission.done(false);
  if (thread_.joinable()) thread_.join();
}

// Decided once, when the frame comes: asked again after the tick, the answer would be the tick
// after that. A frame that takes the place of one whose tick has come goes at that tick.
Instant Presenter::due_of(const Frame& frame, Instant now) const {
  const Instant due = ticks_.at_or_after(std::max({frame.present_at, not_before_, now}));
  if (waiting_ && frame.present_at <= waiting_->due) return std::min(due, waiting_->due);
  return due;
}

void Presenter::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    const Instant now = clock_.now();
    if (next_poll_ <= now)
      poll(lock, now);
    else if (!presenting_ && waiting_ && waiting_->due <= now)
      present(lock);
    else
      wait(lock, now);
  }
  while (presenting_) changed_.wait(lock);
  lock.unlock();
  panel_.close();
}

void Presenter::wait(std::unique_lock<std::mutex>& lock, Instant now) {
  const bool next = waiting_ && !presenting_;  // else whoever is at the panel tells when it is done
  const Instant until = next ? std::min(waiting_->due, next_poll_) : next_poll_;
  if (until == Instant::max())
    changed_.wait(lock);
  else
    changed_.wait_for(lock, std::min(until - now, Micros(60s)));  // far away must not overflow
}

void Presenter::poll(std::unique_lock<std::mutex>& lock, Instant now) {
  next_poll_ = now + kPollEvery;
  lock.unlock();
  const BusyWatch::Busy busy(watch_, now);
  const PanelEvents events = panel_.poll();
  if (events.closed || !events.touches.empty()) on_events_(events);
  lock.lock();
}

void Presenter::present(std::unique_lock<std::mutex>& lock) {
  Submission submission = std::move(waiting_->submission);
  not_before_ = ticks_.after(waiting_->due);
  waiting_.reset();
  presenting_ = true;
  lock.unlock();
  const Status status = [&] {
    const BusyWatch::Busy busy(watch_, clock_.now());
    return panel_.present(submission.frame->canvas);
  }();
  const Instant at = clock_.now();
  if (status)
    note_shown(submission, at);
  else
    note_failed(submission, status.error(), at);
  if (submission.done) submission.done(status.has_value());
  lock.lock();
  presenting_ = false;
}

void Presenter::note_shown(Submission& submission, Instant at) {
  FrameRef previous;  // given back without our lock
  bool works_again = false;
  {
    const std::lock_guard lock(mutex_);
    submission.frame->sequence = ++presented_;
    submission.frame->times.presented = at;
    previous = std::exchange(shown_, std::move(submission.frame));
    picture_ = std::move(submission.picture);
    rate_.note(at);
    works_again = !std::exchange(panel_error_, {}).empty();
  }
  if (works_again) log_.write(LogLevel::kInfo, "panel: works again");
}

void Presenter::note_failed(Submission& submission, const Error& error, Instant at) {
  const std::string_view text = error.message.view();
  bool news = false;
  {
    const std::lock_guard lock(mutex_);
    news = panel_error_ != text;
    panel_error_ = text;
    not_before_ = at + kRetryAfter;
    if (waiting_)
      waiting_->due = std::max(waiting_->due, not_before_);
    else if (!stopping_)
      waiting_ =
          Waiting{{std::move(submission.frame), std::move(submission.picture), {}}, not_before_};
  }
  if (news) log_.write(LogLevel::kError, std::string("panel: ").append(text) + "; trying again");
}

}  // namespace p3a
