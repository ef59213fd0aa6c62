// The network thread's part: connections, messages, who owns the panel.
#include "device/live/live_state.h"

#include <algorithm>

#include "core/compose/region.h"

namespace p3a {
namespace {

static_assert(Capacities().queue_depth == FrameQueue::kMaxDepth);

// One for each frame that may wait, each connection that may be receiving, and one in the decoder.
std::size_t buffers_of(const Capacities& capacities) {
  return capacities.queue_depth + capacities.streams + 1;
}

Micros seconds(double value) { return Micros(static_cast<std::int64_t>(value * 1e6)); }

Size panel_size(const Config& config) { return {config.panel.width, config.panel.height}; }

// Raw pixels of a whole panel must always fit, where there is memory for them.
FrameLimits limits_of(const Config& config, const Capacities& capacities) {
  FrameLimits limits;
  limits.max_lossy_bytes = config.stream.max_frame_bytes;
  const auto raw = static_cast<std::uint32_t>(panel_size(config).pixels() * 3);
  limits.max_lossless_bytes = std::max(limits.max_lossless_bytes, raw);
  const std::size_t around = max_message_bytes({0, 0});
  const std::size_t most = capacities.stream_message_bytes - around;
  if (limits.max_lossy_bytes > most) limits.max_lossy_bytes = static_cast<std::uint32_t>(most);
  if (limits.max_lossless_bytes > most)
    limits.max_lossless_bytes = static_cast<std::uint32_t>(most);
  return limits;
}

std::size_t raw_picture_bytes(const Config& config, const Capacities& capacities) {
  return static_cast<std::size_t>(
      std::min<std::uint64_t>(config.raw.max_bytes, capacities.raw_bytes));
}

Arbiter::Rules rules_of(const Config& config) {
  Arbiter::Rules rules;
  for (std::size_t i = 0; i < rules.priority.size(); ++i) {
    const std::string& name = config.source.priority[i];
    rules.priority[i] = name == "stream" ? Source::kStream
                        : name == "raw"  ? Source::kRaw
                                         : Source::kRotation;
  }
  rules.stream_timeout = seconds(config.stream.timeout_s);
  rules.hold = seconds(config.stream.hold);
  rules.raw_timeout = seconds(config.raw.timeout_s);
  return rules;
}

bool same_view(const Config& a, const Config& b) {
  return a.panel.rotation == b.panel.rotation && a.panel.gamma == b.panel.gamma &&
         a.panel.brightness == b.panel.brightness && a.picture.fit == b.picture.fit &&
         a.picture.scaling == b.picture.scaling && a.picture.background == b.picture.background;
}

std::string host_of(std::string_view address) {
  return std::string(address.substr(0, address.rfind(':')));
}

}  // namespace

LiveState::LiveState(LiveServices services, std::shared_ptr<const Config> config)
    : services_(std::move(services)),
      raw_buffers_(std::make_shared<RawBuffers>(services_.capacities.raw_pictures,
                                                raw_picture_bytes(*config, services_.capacities))),
      config_(std::move(config)),
      // stream.max_frame_bytes may change, to 2 MiB at most, which the lossless limit is at least.
      buffers_(buffers_of(services_.capacities), max_message_bytes(limits())),
      received_(buffers_of(services_.capacities)),
      queue_(queue_depth()),
      arbiter_(rules_of(*config_)),
      maker_(services_.decoders),
      raw_(services_.clock, services_.stage, maker_, services_.capacities),
      p3x_(services_.capacities) {
  entries_.reserve(services_.capacities.streams);
}

std::size_t LiveState::stream_bytes(const Config& config, const Capacities& capacities) {
  return buffers_of(capacities) * max_message_bytes(limits_of(config, capacities));
}

std::size_t LiveState::raw_bytes(const Config& config, const Capacities& capacities) {
  return capacities.raw_pictures * raw_picture_bytes(config, capacities);
}

Result<StreamId> LiveState::connect(std::string address, std::shared_ptr<StreamOutbox> outbox) {
  const Instant now = services_.clock.now();
  const std::lock_guard lock(mutex_);
  if (closing_ || stopped_) return fail(ErrorCode::kShuttingDown, "The display is stopping.");
  if (config_->stream.mode == StreamMode::kOff) {
    return fail(ErrorCode::kNotFound,
                "streams are switched off here: set stream.mode to \"websocket\"");
  }
  if (entries_.size() >= services_.capacities.streams) {
    return fail(ErrorCode::kBusy, services_.capacities.streams,
                " streams are connected already: close one of them, or try again in a second");
  }
  auto entry = std::make_unique<StreamEntry>();
  entry->id = ++last_id_;
  entry->peer = host_of(address);
  entry->address = std::move(address);
  entry->outbox = std::move(outbox);
  entry->connected = now;
  peers_.came(entry->peer, now);
  ++connections_;
  services_.log.write(LogLevel::kInfo, "stream: " + entry->address + " connected");
  send_hello(*entry);
  entries_.push_back(std::move(entry));
  return last_id_;
}

void LiveState::disconnect(StreamId id) {
  const Instant now = services_.clock.now();
  const std::lock_guard lock(mutex_);
  const auto found = std::ranges::find(entries_, id, &StreamEntry::id);
  if (found == entries_.end()) return;
  StreamEntry& entry = **found;
  services_.log.write(LogLevel::kInfo, "stream: " + std::string(entry.shown_name()) + " (" +
                                           entry.address + ") is gone after " +
                                           std::to_string(entry.binary_messages) + " frames");
  if (entry.buffer) buffers_.give_back(*entry.buffer);
  arbiter_.gone(id, now);
  sync_owner();
  entries_.erase(found);
}

ByteSpan LiveState::buffer(StreamId id) {
  const std::lock_guard lock(mutex_);
  StreamEntry* entry = find(id);
  if (entry == nullptr) return {};
  // There is one for each: see buffers_of().
  if (!entry->buffer) entry->buffer = buffers_.take();
  return entry->buffer ? buffers_.at(*entry->buffer) : ByteSpan();
}

void LiveState::on_binary(StreamId id, std::size_t size) {
  const Instant now = services_.clock.now();
  const std::lock_guard lock(mutex_);
  StreamEntry* entry = find(id);
  if (entry == nullptr || !entry->buffer || stopped_) return;
  heard(*entry, now);
  const std::uint32_t slot = *entry->buffer;
  entry->counted.arrived(size, now);
  total_.arrived(size, now);
  FrameLabel label{.number = ++entry->binary_messages, .sequence = {}};
  const auto message = parse_frame_message(buffers_.at(slot).first(size), limits());
  if (!message) return refuse(*entry, label, message.error(), now);
  if (message->extension) label.sequence = message->extension->sequence;
  auto queued = check(*message);
  if (!queued) return refuse(*entry, label, queued.error(), now);
  queued->slot = slot;
  received_[slot] = {
      .client = id, .label = label, .message = *message, .queued = *queued, .received = now};
  accept(*entry, slot, now);
}

// What is a well-formed message may still be no frame for this panel.
Result<QueuedFrame> LiveState::check(const FrameMessage& message) const {
  const FrameFormat format = message.format;
  const bool known = raw_bytes_per_pixel(format) > 0 || format == FrameFormat::kJpeg ||
                     format == FrameFormat::kPng || format == FrameFormat::kWebp ||
                     format == FrameFormat::kPixelArt ||
                     (format == FrameFormat::kMixed && takes_mixed());
  if (!known || (config_->stream.jpeg_only && format != FrameFormat::kJpeg)) {
    return fail(ErrorCode::kUnsupportedFeature, "this display takes no ", frame_format_name(format),
                " frames",
                known ? ", since stream.jpeg_only is on: send jpeg, or set that to false"
                      : ": its hello lists the formats that it takes");
  }
  const Size panel = upright_size(panel_size(*config_), config_->panel.rotation);
  const auto area = area_on_panel(message, panel);
  if (!area) return std::unexpected(area.error());
  QueuedFrame queued;
  queued.area = *area;
  queued.whole = area->size() == panel;
  if (message.extension) {
    queued.kind = message.extension->kind;
    queued.due = message.extension->presentation_time;
  }
  if (is_coded(format)) {  // such a frame says itself what it builds on
    const auto kind = P3xShow::kind_of(format, message.payload);
    if (!kind) return std::unexpected(kind.error());
    queued.coded = true;
    queued.kind = *kind;
  }
  return queued;
}

void LiveState::accept(StreamEntry& entry, std::uint32_t slot, Instant now) {
  Received& frame = received_[slot];
  if (frame.queued.due > now + kFarAhead) {
    frame.queued.due = {};
    tell_error(entry,
               fail(ErrorCode::kInvalidValue, "the presentation time is more than ",
                    kFarAhead.count() / 1'000'000,
                    " s ahead of the display's clock: measure that with ping. The frame is shown "
                    "as soon as possible")
                   .error(),
               &frame.label);
  }
  const bool owns = arbiter_.frame(entry.id, now);
  sync_owner();
  if (!owns) return drop(frame, Drop::kNotOwner);
  entry.has_owned = true;
  const bool late = frame.queued.due != Instant{} && frame.queued.due < last_due_;
  if (late && frame.queued.stands_alone()) return drop(frame, Drop::kLate);
  bool itself = false;
  const auto lost = queue_.push(frame.queued);
  for (const LostFrame& loss : lost) itself = itself || loss.slot == slot;
  if (!itself) entry.buffer.reset();  // the queue has it now
  drop(lost);
  ask_for_key(now);
  if (!stopped_) services_.stage.wake();
}

void LiveState::refuse(StreamEntry& entry, const FrameLabel& label, const Error& error,
                       Instant received) {
  tell_error(entry, error, &label);
  count_drop(entry.id, label, {.received = received, .decoded = {}, .presented = {}},
             Drop::kRefused);
}

void LiveState::on_oversize(StreamId id) {
  const Instant now = services_.clock.now();
  const std::lock_guard lock(mutex_);
  StreamEntry* entry = find(id);
  if (entry == nullptr) return;
  heard(*entry, now);
  entry->counted.arrived(0, now);
  total_.arrived(0, now);
  const FrameLabel label{.number = ++entry->binary_messages, .sequence = {}};
  refuse(*entry, label,
         fail(ErrorCode::kFrameTooLarge, "a message has at most ", buffers_.bytes(),
              " bytes. Send a smaller picture or a lower quality")
             .error(),
         now);
}

void LiveState::on_text(StreamId id, std::string_view text) {
  const Instant now = services_.clock.now();
  const auto message = parse_client_message(services_.parser, text);
  const std::lock_guard lock(mutex_);
  StreamEntry* entry = find(id);
  if (entry == nullptr) return;
  heard(*entry, now);
  if (!message) {
    tell_error(*entry, message.error(), nullptr);
    return;
  }
  obey(*entry, *message, now);
}

// Good or bad, text or picture: a message says that the stream is not silent.
void LiveState::heard(const StreamEntry& entry, Instant now) {
  arbiter_.heard(entry.id, now);
  sync_owner();
}

void LiveState::obey(StreamEntry& entry, const ClientMessage& message, Instant now) {
  if (const auto* ping = std::get_if<Ping>(&message)) {
    return entry.outbox->send_text(pong_text(*ping, now, services_.clock.now()));
  }
  if (const auto* hello = std::get_if<ClientHello>(&message)) {
    if (hello->name && !hello->name->empty()) {
      entry.name = *hello->name;
      if (entry.peer != *hello->name) peers_.renamed(entry.peer, *hello->name, now);
      entry.peer = *hello->name;
      if (owner_.stream == entry.id) owner_name_ = *hello->name;
    }
    entry.acks = hello->acks.value_or(entry.acks);
    entry.touch = hello->touch.value_or(entry.touch);
    entry.stalled = hello->stalled.value_or(entry.stalled);
    if (hello->stats.value_or(entry.stats) && !entry.stats) entry.next_stats = now + kAskEvery;
    entry.stats = hello->stats.value_or(entry.stats);
  } else if (std::holds_alternative<Take>(message)) {
    arbiter_.take(entry.id, now);
  } else {
    arbiter_.release(entry.id, now);
  }
  sync_owner();
  if (!stopped_) services_.stage.wake();  // for the next stats, and who owns the panel
}

void LiveState::reconfigure(std::shared_ptr<const Config> config) {
  const Instant now = services_.clock.now();
  const std::lock_guard lock(mutex_);
  const auto before = std::exchange(config_, std::move(config));
  if (!same_view(*before, *config_)) view_changed_ = true;
  drop(queue_.set_depth(queue_depth()));
  arbiter_.set_rules(rules_of(*config_), now);
  sync_owner();
  const bool turned = before->panel.rotation != config_->panel.rotation;
  if (turned) {  // what waits was meant for the other way up
    drop_waiting(Drop::kQueueFull);
    tear_reason_ = "source";
  }
  for (const auto& entry : entries_) {
    if (config_->stream.mode == StreamMode::kOff) {
      entry->outbox->close(1001, "streams were switched off");
    } else if (turned) {
      send_hello(*entry);
    }
  }
  if (!stopped_) services_.stage.wake();
}

void LiveState::close_all() {
  const std::lock_guard lock(mutex_);
  closing_ = true;
  for (const auto& entry : entries_) entry->outbox->close(1001, "the display stops");
}

Status LiveState::take(StreamId id) {
  const Instant now = services_.clock.now();
  const std::lock_guard lock(mutex_);
  if (find(id) == nullptr) {
    return fail(ErrorCode::kNotFound, "there is no stream ", id,
                ": GET /status says which ones there are");
  }
  arbiter_.take(id, now);
  rules_changed(now);
  return {};
}

void LiveState::release_owner() {
  const Instant now = services_.clock.now();
  const std::lock_guard lock(mutex_);
  arbiter_.release_owner(now);
  rules_changed(now);
}

void LiveState::release_all() {
  const Instant now = services_.clock.now();
  const std::lock_guard lock(mutex_);
  arbiter_.release_all(now);
  rules_changed(now);
}

void LiveState::rules_changed(Instant now) {
  arbiter_.advance(now);
  sync_owner();
  if (!stopped_) services_.stage.wake();
}

void LiveState::touch(const TouchEvent& upright) {
  const std::string text = touch_text(upright, services_.clock.now());
  const std::lock_guard lock(mutex_);
  for (const auto& entry : entries_)
    if (entry->touch) entry->outbox->send_text(text);
}

void LiveState::show_raw(RawPicture picture) {
  {
    const std::lock_guard lock(mutex_);
    if (!stopped_) {
      ++raw_counts_.received;
      raw_counts_.bytes += picture.size;
      raw_waiting_.push_back(std::move(picture));
      return services_.stage.wake();
    }
  }
  picture.respond(
      error_response(fail(ErrorCode::kShuttingDown, "The display is stopping.").error()));
}

void LiveState::raw_refused(const std::string& client, const Error& error) {
  const std::lock_guard lock(mutex_);
  ++raw_counts_.refused;
  raw_counts_.last_error = error;
  services_.log.write(LogLevel::kInfo,
                      "raw: " + client + " refused: " + std::string(error.message.view()));
}

std::shared_ptr<const Config> LiveState::config() const {
  const std::lock_guard lock(mutex_);
  return config_;
}

Size LiveState::upright() const {
  const auto current = config();
  return upright_size(panel_size(*current), current->panel.rotation);
}

StreamEntry* LiveState::find(StreamId id) {
  const auto found = std::ranges::find(entries_, id, &StreamEntry::id);
  return found == entries_.end() ? nullptr : found->get();
}

const StreamEntry* LiveState::find(StreamId id) const {
  const auto found = std::ranges::find(entries_, id, &StreamEntry::id);
  return found == entries_.end() ? nullptr : found->get();
}

FrameLimits LiveState::limits() const { return limits_of(*config_, services_.capacities); }

bool LiveState::takes_mixed() const {
  return services_.capacities.mixed_frames && config_->panel.format == PixelFormat::kRgb888;
}

std::uint32_t LiveState::queue_depth() const {
  return std::min(config_->stream.queue_depth, services_.capacities.queue_depth);
}

void LiveState::drop(const Received& frame, Drop why, Instant decoded) {
  count_drop(frame.client, frame.label,
             {.received = frame.received, .decoded = decoded, .presented = {}}, why);
}

// The buffers of frames that are dropped while they wait are free again, but for the one that its
// client still has.
void LiveState::drop(const FrameQueue::Losses& lost) {
  for (const LostFrame& loss : lost) {
    const Received& frame = received_[loss.slot];
    drop(frame, loss.why == FrameLoss::kQueueFull ? Drop::kQueueFull : Drop::kNeedsKey);
    const StreamEntry* entry = find(frame.client);
    if (entry == nullptr || entry->buffer != loss.slot) buffers_.give_back(loss.slot);
  }
}

void LiveState::drop_waiting(Drop why) {
  for (const LostFrame& loss : queue_.clear()) {
    drop(received_[loss.slot], why);
    buffers_.give_back(loss.slot);
  }
}

void LiveState::count_drop(StreamId client, const FrameLabel& label, const FrameTimes& times,
                           Drop why) {
  total_.dropped(why);
  StreamEntry* entry = find(client);
  if (entry == nullptr) return;
  entry->counted.dropped(why);
  if (entry->acks) entry->outbox->send_text(ack_text(label, times, why));
}

bool LiveState::tell_error(StreamEntry& entry, const Error& error, const FrameLabel* frame) {
  entry.counted.failed(error);
  total_.failed(error);
  const bool told = entry.errors.spend(services_.clock.now());
  if (told) entry.outbox->send_text(error_text(error, frame));
  return told;
}

// Follows the arbiter: what waited for the panel under the old owner goes, and all are told.
void LiveState::sync_owner() {
  const Arbiter::Owner owner = arbiter_.owner();
  if (owner == owner_) return;
  const bool same_stream = owner.source == Source::kStream && owner.stream == owner_.stream;
  owner_ = owner;
  if (!same_stream || owner.held) drop_waiting(Drop::kNotOwner);
  if (!same_stream) {
    owner_name_.clear();
    const StreamEntry* entry = find(owner.stream);
    if (entry != nullptr) owner_name_ = entry->shown_name();
    tear_reason_ = entry != nullptr && entry->has_owned ? "source" : "started";
    key_reason_ = {};
    ask_again_ = Instant::max();
    last_due_ = {};
  }
  services_.log.write(LogLevel::kInfo,
                      "source: the panel shows " + std::string(source_name(owner.source)) +
                          (owner.source == Source::kStream ? " of " + owner_name_ : std::string()) +
                          " (" + std::string(reason_name(arbiter_.reason())) + ")");
  tell_source();
  if (!stopped_) services_.stage.wake();
}

// Called after anything that may have torn the picture or mended it.
void LiveState::ask_for_key(Instant now) {
  if (!queue_.needs_key() || owner_.source != Source::kStream || owner_.held) {
    if (!queue_.needs_key()) tear_reason_ = "dropped";
    key_reason_ = {};
    ask_again_ = Instant::max();
    return;
  }
  if (key_reason_.empty()) {
    key_reason_ = tear_reason_;
    ask_again_ = now;
  }
  if (ask_again_ > now) return;
  ask_again_ = now + kAskEvery;
  if (const StreamEntry* entry = find(owner_.stream); entry != nullptr)
    entry->outbox->send_text(key_request_text(key_reason_));
}

}  // namespace p3a
