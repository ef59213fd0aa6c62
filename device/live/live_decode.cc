// The decode thread's part, and what the presenting thread reports.
#include <algorithm>

#include "device/live/live_state.h"

namespace p3a {

Instant LiveState::advance(Instant now) {
  std::unique_lock lock(mutex_);
  arbiter_.advance(now);
  sync_owner();
  tick(now);
  const Arbiter::Owner owner = owner_;
  const bool raw_wanted = owner.source == Source::kRaw || arbiter_.raw_waits();
  const auto changed = std::exchange(view_changed_, false) ? config_ : nullptr;
  lock.unlock();

  if (changed) {
    maker_.configure(*changed);
    base_ = {};
    raw_.show_again(true);
  }
  apply_owner(owner);
  if (!raw_wanted) raw_.clear();
  if (retry_at_ <= now) {
    if (decode_stream(now) || decode_raw(now)) return now;
  }
  const Instant raw_due = owner.source == Source::kRaw ? raw_.advance(now) : Instant::max();
  return std::min(raw_due, next_work(now));
}

void LiveState::rotation_asked(Instant now) {
  std::unique_lock lock(mutex_);
  arbiter_.release_raw(now);
  sync_owner();
  const Arbiter::Owner owner = owner_;
  lock.unlock();
  apply_owner(owner);
}

void LiveState::stage_stopped() {
  std::deque<RawPicture> waiting;
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    drop_waiting(Drop::kNotOwner);
    waiting.swap(raw_waiting_);
  }
  const Error stopping = fail(ErrorCode::kShuttingDown, "The display is stopping.").error();
  for (RawPicture& picture : waiting) picture.respond(error_response(stopping));
  raw_.clear();
  base_ = {};
}

void LiveState::apply_owner(const Arbiter::Owner& owner) {
  const Arbiter::Owner before = std::exchange(applied_, owner);
  if (before.stream != owner.stream) {
    base_ = {};
    p3x_.forget();
  }
  const bool live = owner.source != Source::kRotation;
  if (live != (before.source != Source::kRotation)) services_.stage.suspend_rotation(live);
  if (owner.source == Source::kRaw && before.source != Source::kRaw) raw_.show_again(false);
}

// True when there was a frame.
bool LiveState::decode_stream(Instant now) {
  {
    const std::lock_guard lock(mutex_);
    const auto due = queue_.due();
    if (!due || *due > decodable_until(now)) return false;
  }
  FrameRef frame = services_.stage.acquire();
  if (!frame) {
    retry_at_ = now + kRetryFrame;
    return false;
  }
  std::unique_lock lock(mutex_);
  const auto slot = pop(now);
  if (!slot) return false;
  const Received received = received_[*slot];
  lock.unlock();

  const Instant started = services_.clock.now();
  const auto drawn = draw(received, *frame);
  finish_decode(received, std::move(frame),
                {.received = received.received,
                 .started = started,
                 .decoded = services_.clock.now(),
                 .presented = {}},
                drawn);
  return true;
}

// A frame for later is not handed on while another one is still to be seen: the presenter has one
// place, and the newer one would take it.
Instant LiveState::decodable_until(Instant now) const {
  const auto on_its_way = [](const InFlight& frame) { return frame.ticket != 0; };
  return std::ranges::any_of(in_flight_, on_its_way) ? now : now + kLead;
}

std::optional<std::uint32_t> LiveState::pop(Instant now) {
  FrameQueue::Losses lost;
  const auto frame = queue_.pop(decodable_until(now), lost);
  drop(lost);
  if (!frame) return std::nullopt;
  received_[frame->slot].queued = *frame;
  return frame->slot;
}

Result<Size> LiveState::draw(const Received& received, Frame& frame) {
  const FrameMessage& message = received.message;
  std::optional<Rect> area;
  if (!received.queued.whole) area = received.queued.area;
  FrameRef base;
  if (area) base = base_ ? base_ : services_.stage.shown();
  if (raw_bytes_per_pixel(message.format) > 0) {
    const auto layout =
        message.format == FrameFormat::kRgb888 ? RawLayout::kRgb888 : RawLayout::kRgb565;
    const Size size = received.queued.area.size();
    const Status drawn = maker_.draw({layout, size, message.payload}, area, base, frame);
    if (!drawn) return std::unexpected(drawn.error());
    return size;
  }
  if (is_coded(message.format))
    return p3x_.draw(message.format, message.payload, {maker_, area, base, frame});
  const auto picture = maker_.open(message.payload);
  if (!picture) return std::unexpected(picture.error());
  const auto drawn = maker_.draw(**picture, area, base, frame);
  if (!drawn) return std::unexpected(drawn.error());
  return (*picture)->info().size;
}

void LiveState::finish_decode(const Received& received, FrameRef frame, StageTimes times,
                              const Result<Size>& drawn) {
  Submission submission;
  {
    const std::lock_guard lock(mutex_);
    buffers_.give_back(received.queued.slot);
    if (!drawn) return decode_failed(received, drawn.error(), times.decoded);
    if (owner_.stream != received.client || owner_.held)
      return drop(received, Drop::kNotOwner, times.decoded);
    submission.picture = label_of(received, *drawn);
    submission.done = [this, ticket = add_in_flight(received, times)](bool shown) {
      presented(ticket, shown);
    };
  }
  frame->source = Source::kStream;
  frame->present_at = received.queued.due;
  frame->times.received = times.received;
  frame->times.decoded = times.decoded;
  base_ = frame;
  submission.frame = std::move(frame);
  services_.stage.submit(std::move(submission));
}

void LiveState::decode_failed(const Received& received, const Error& error, Instant now) {
  StreamEntry* const entry = find(received.client);
  if (entry != nullptr && tell_error(*entry, error, &received.label)) {
    services_.log.write(LogLevel::kInfo,
                        "stream: " + std::string(entry->shown_name()) + " (" + entry->address +
                            ") sent a frame that is refused: " + std::string(error.message.view()));
  }
  drop(received, Drop::kDecodeFailed);
  if (owner_.stream != received.client || owner_.held) return;
  drop(queue_.lose(received.queued));
  ask_for_key(now);
}

std::uint64_t LiveState::add_in_flight(const Received& received, const StageTimes& times) {
  // The presenter has two at most, one on its way to the panel and one that waits.
  const auto place = std::ranges::find(in_flight_, 0u, &InFlight::ticket);
  if (place == in_flight_.end()) return 0;
  *place = {.ticket = ++ticket_,
            .client = received.client,
            .label = received.label,
            .times = times,
            .present_at = received.queued.due};
  return ticket_;
}

void LiveState::presented(std::uint64_t ticket, bool shown) {
  const Instant now = services_.clock.now();
  const std::lock_guard lock(mutex_);
  const auto place = std::ranges::find(in_flight_, ticket, &InFlight::ticket);
  if (ticket == 0 || place == in_flight_.end()) return;
  InFlight frame = *place;
  place->ticket = 0;
  const FrameTimes times{
      .received = frame.times.received, .decoded = frame.times.decoded, .presented = now};
  if (!shown) {
    count_drop(frame.client, frame.label, times, Drop::kSuperseded);
  } else {
    frame.times.presented = now;
    last_due_ = std::max(last_due_, frame.present_at);
    total_.presented(frame.times);
    if (StreamEntry* entry = find(frame.client); entry != nullptr) {
      entry->counted.presented(frame.times);
      if (entry->acks) entry->outbox->send_text(ack_text(frame.label, times));
    }
  }
  if (!stopped_ && queue_.size() > 0) services_.stage.wake();
}

// Made anew only when it says something else: no frame of a steady stream allocates one.
std::shared_ptr<const ShownPicture> LiveState::label_of(const Received& received, Size size) {
  const std::string_view format = frame_format_name(received.message.format);
  if (!label_ || label_->name != owner_name_ || label_->format != format || label_->size != size) {
    label_ = std::make_shared<ShownPicture>(
        ShownPicture{.name = owner_name_, .format = format, .size = size, .animated = false});
  }
  return label_;
}

// True when there was one.
bool LiveState::decode_raw(Instant now) {
  {
    const std::lock_guard lock(mutex_);
    if (raw_waiting_.empty()) return false;
  }
  FrameRef frame = services_.stage.acquire();
  if (!frame) {
    retry_at_ = now + kRetryFrame;
    return false;
  }
  std::unique_lock lock(mutex_);
  RawPicture picture = std::move(raw_waiting_.front());
  raw_waiting_.pop_front();
  lock.unlock();

  FrameRef base =
      applied_.source == Source::kRaw && raw_.last() ? raw_.last() : services_.stage.shown();
  const Status loaded = raw_.load(picture, std::move(frame), std::move(base));
  if (!loaded) {
    raw_refused(picture.request.client, loaded.error());
    picture.respond(error_response(loaded.error()));
    return true;
  }
  lock.lock();
  const bool has_panel = arbiter_.raw(now);
  if (has_panel) ++raw_counts_.shown;
  sync_owner();
  const Arbiter::Owner owner = owner_;
  lock.unlock();
  apply_owner(owner);
  raw_.present(std::move(picture), has_panel);
  return true;
}

// What is due once a second.
void LiveState::tick(Instant now) {
  for (const auto& entry : entries_)
    if (entry->stats && entry->next_stats <= now) send_stats(*entry, now);
  if (!key_reason_.empty() && ask_again_ <= now) ask_for_key(now);
}

Instant LiveState::next_work(Instant now) const {
  const std::lock_guard lock(mutex_);
  Instant next = std::min(arbiter_.deadline(), ask_again_);
  for (const auto& entry : entries_)
    if (entry->stats) next = std::min(next, entry->next_stats);
  if (const auto due = queue_.due())
    next = std::min(next, std::max(*due - (decodable_until(now) - now), retry_at_));
  if (!raw_waiting_.empty()) next = std::min(next, retry_at_);
  return view_changed_ ? now : next;
}

}  // namespace p3a
