#include "sender/session.h"

#include <algorithm>
#include <utility>

#include "core/wire/frame_header.h"

namespace p3a::sender {
namespace {

constexpr unsigned kFirstPings = 5;  // in quick succession, so that the clocks are known soon
constexpr Micros kFirstPingInterval = 40ms;
constexpr Micros kProven = 1s;
constexpr Instant kNever = Instant::max();
constexpr std::uint32_t kSendBufferWithoutAcks = 256 * 1024;
constexpr std::uint32_t kPicoSendBuffer = 2 * kPicoVideoBytes;

RateBounds bounds_of(const StreamOptions& options) {
  return {.min_quality = options.min_quality,
          .max_quality = options.max_quality,
          .min_fps = options.min_fps,
          .max_fps = options.max_fps,
          .latency_target = options.latency_target};
}

}  // namespace

Session::Session(Transport& transport, Clock& clock, StreamBoard& board,
                 const StreamOptions& options, std::vector<Destination> destinations,
                 std::uint64_t seed)
    : transport_(transport),
      clock_(clock),
      board_(board),
      options_(options),
      destinations_(std::move(destinations)),
      reconnect_(options.reconnect_min, options.reconnect_max, seed),
      rate_(bounds_of(options)) {
  pacer_.set_interval(rate_.interval());
  pico_ = options.device == Device::kStock;
}

void Session::set_state(StreamState state) {
  if (state == state_) return;
  state_ = state;
  board_.update([&](StreamStatus& status) { status.state = state; });
  if (options_.on_state) options_.on_state(state);
}

void Session::connect() {
  attempt_at_ = clock_.now();
  Destination destination = destinations_[destination_];
  if (!options_.acks) destination.send_buffer_bytes = kSendBufferWithoutAcks;
  if (pico_) {
    destination.path = kPicoPath;
    destination.token.clear();
    destination.send_buffer_bytes = kPicoSendBuffer;
  }
  set_state(StreamState::kConnecting);
  transport_.connect(destination, kConnectPatience);
}

void Session::tick() {
  const Instant now = clock_.now();
  if (now - second_began_ >= 1s) {
    const double seconds = std::chrono::duration<double>(now - second_began_).count();
    const double fps = static_cast<double>(std::exchange(frames_in_second_, 0)) / seconds;
    board_.update([&](StreamStatus& status) { status.fps = fps; });
    second_began_ = now;
  }
  if (state_ == StreamState::kWaiting && now >= attempt_at_) connect();
  if (state_ != StreamState::kOpen) return;
  if (!proven_ && now - opened_ >= kProven) {
    proven_ = true;
    reconnect_.reached();
  }
  if (pico_)
    ping_pico(now);
  else if (now >= ping_at_)
    ping();
  give_up_lost(now);
  if (greeted_ && now - heard_ >= silence()) {
    transport_.close(Micros{});
    patience_ = std::min(2 * patience_, kLongestSilence);  // it may have been the link that is slow
    on_closed("The display has fallen silent: it is off, or the network is gone.");
  }
}

// When give_up_lost() has something to do.
Instant Session::loss_due() const {
  const FlyingFrame* oldest = flying_.oldest();
  if (oldest == nullptr) return kNever;
  if (arrived_.frame == oldest->frame) return arrived_.at + kAckPatience;
  return pinged_ <= oldest->sent ? oldest->sent + kAckPatience : kNever;
}

Instant Session::next_event() const {
  switch (state_) {
    case StreamState::kWaiting:
      return attempt_at_;
    case StreamState::kOpen: {
      if (pico_) {
        // A ping that waits for the link goes when the transport tells of room.
        const Instant ping = transport_.ready() ? pico_pings_.due() : kNever;
        return std::min(ping, heard_ + silence());
      }
      Instant next = ping_at_;
      if (!greeted_ && frames_ == 0) next = std::min(next, opened_ + kHelloPatience);
      if (greeted_) next = std::min(next, heard_ + silence());
      next = std::min(next, loss_due());
      return next;
    }
    default:
      return kNever;  // the transport will tell
  }
}

// --- the connection ---

void Session::on_open() {
  const Instant now = clock_.now();
  opened_ = heard_ = ping_at_ = now;
  greeted_ = own_panel_ = proven_ = false;
  pings_ = 0;
  frames_ = frames_at_ping_ = 0;
  display_clock_.reset();
  arrived_ = {};
  distance_ = Micros::max();
  panel_ = {};
  wants_picture_ = true;
  board_.update([](StreamStatus& status) { ++status.connects; });
  pico_at_.reset();
  if (pico_)
    greet_pico(now);
  else
    say_hello();
  set_state(StreamState::kOpen);
}

void Session::on_closed(std::string_view why) {
  const Instant now = clock_.now();
  const bool was_open = state_ == StreamState::kOpen;
  const std::size_t lost = flying_.clear();
  board_.update([&](StreamStatus& status) {
    status.error = why;
    status.lost += lost;
    status.on_panel = false;
  });
  if (!was_open) pico_ = options_.device == Device::kStock;  // it may be another one next time
  // The time that an attempt took counts as waiting; another port is tried at once.
  const bool more_ports = !was_open && ++destination_ < destinations_.size();
  if (destination_ == destinations_.size()) destination_ = 0;
  if (more_ports) {
    attempt_at_ = now;
  } else {
    attempt_at_ = std::max(now, (was_open ? now : attempt_at_) + reconnect_.next_wait());
  }
  set_state(StreamState::kWaiting);
}

// A stock p3a has no /stream, but it has /pico_stream.
void Session::on_declined(unsigned status, std::string_view why) {
  const bool no_stream = status == 404 || status == 405;
  if (options_.device != Device::kAuto || !no_stream) return on_closed(why);
  if (pico_) return on_closed(std::string(no_stream_));
  no_stream_ = why;
  pico_ = true;
  attempt_at_ = clock_.now();
  set_state(StreamState::kWaiting);
}

void Session::greet_pico(Instant now) {
  pico_at_ = destinations_[destination_];
  pico_pings_.begin(now);
  greeted_ = true;
  panel_.pico = true;
  panel_.size = kPicoSize;
  rate_.set_panel_rate(kPicoFps);
  pacer_.set_interval(rate_.interval());
  board_.update([](StreamStatus& status) {
    status.display_name = "a stock p3a (16 colours)";
    status.panel_width = kPicoSize.width;
    status.panel_height = kPicoSize.height;
  });
}

void Session::say_hello() {
  transport_.send_text(write_hello(options_.name, options_.acks, true));
  if (stalled_) transport_.send_text(write_stalled(true));
}

void Session::set_stalled(bool stalled) {
  if (std::exchange(stalled_, stalled) == stalled) return;
  if (state_ == StreamState::kOpen && !pico_) transport_.send_text(write_stalled(stalled));
}

void Session::ping_pico(Instant now) {
  if (now < pico_pings_.due() || !transport_.ready()) return;
  transport_.send_frame(kPicoPing, {});
  pico_pings_.on_sent(now);
  if (frames_ == frames_at_ping_) {
    board_.update([](StreamStatus& status) { ++status.keep_alives; });
  }
  frames_at_ping_ = frames_;
}

void Session::ping() {
  const Instant now = clock_.now();
  const bool early = ++pings_ < kFirstPings;
  ping_at_ = now + (early ? kFirstPingInterval : std::max<Micros>(options_.keep_alive, 10ms));
  // A display that never said hello does not know pings: the picture itself shows life.
  if (!early && !greeted_) wants_picture_ = true;
  if (!early && frames_ == frames_at_ping_) {
    board_.update([](StreamStatus& status) { ++status.keep_alives; });
  }
  frames_at_ping_ = frames_;
  pinged_ = now;
  encoding_at_ping_ = encoding_;
  transport_.send_text(write_ping(now));
}

// --- frames ---

std::size_t Session::most_in_flight() const {
  // Over a distance more are on their way without any of them waiting: one for each frame time.
  constexpr Micros kFrameTime(16'667);
  const auto distance = distance_ != Micros::max() ? distance_ / kFrameTime : 0;
  const std::size_t most = options_.in_flight + static_cast<std::size_t>(distance);
  return std::clamp<std::size_t>(most, 1, FramesInFlight::kMost);
}

bool Session::may_send() const {
  if (state_ != StreamState::kOpen || !transport_.ready()) return false;
  if (pico_) return !pico_pings_.late(clock_.now());
  if (!greeted_) return clock_.now() - opened_ >= kHelloPatience;
  return !options_.acks || flying_.size() < most_in_flight();
}

Status Session::send(const EncodedFrame& frame, const Submission& picture, bool again) {
  wants_picture_ = false;
  FrameExtension extension;
  extension.sequence = ++sequence_;
  extension.capture_time = picture.captured.time_since_epoch();
  const auto header = FrameHeader::make(frame.format, frame.payload.size(), extension);
  if (!header) return std::unexpected(header.error());
  const ByteView head = pico_ ? ByteView() : header->bytes();
  const Instant now = clock_.now();
  transport_.send_frame(head, frame.payload);
  pico_pings_.on_frame();
  ++frames_;
  ++frames_in_second_;
  pacer_.on_sent(now);
  const bool acked = options_.acks && greeted_ && !pico_;
  if (acked) {
    flying_.add({.frame = frames_,
                 .submission = picture.number,
                 .captured = picture.captured,
                 .sent = now,
                 .bytes = head.size() + frame.payload.size(),
                 .timed = !again});
  }
  board_.update([&](StreamStatus& status) {
    ++status.sent;
    status.bytes_sent += head.size() + frame.payload.size();
    if (frame.quality != 0) status.quality = frame.quality;
    status.format = frame.reason.empty() ? "" : frame_format_name(frame.format);
    status.format_reason = frame.reason;
    status.fps_limit = rate_.fps();
    if (!acked) status.error.clear();
    if (pico_) status.on_panel = true;
  });
  if (!acked) {
    shown_submission_ = picture.number;
    board_.settle(picture.number);
  }
  return {};
}

void Session::give_up_picture(const Error& error) {
  wants_picture_ = false;
  board_.update([&](StreamStatus& status) {
    ++status.failed;
    status.error = error.message.view();
  });
}

void Session::cover(std::uint64_t submission) {
  board_.update([](StreamStatus& status) { ++status.unchanged; });
  if (FlyingFrame* newest = flying_.newest()) {
    newest->submission = submission;
  } else if (shown_submission_ != 0) {
    board_.settle(submission);
  }
}

void Session::give_up_lost(Instant now) {
  if (now < loss_due()) return;
  if (arrived_.frame != flying_.oldest()->frame) return ping();
  const std::size_t lost = flying_.expire(arrived_.before - 1us);
  if (lost == 0) return;
  if (flying_.size() == 0) wants_picture_ = true;  // the newest one may be among them
  board_.update([&](StreamStatus& status) { status.lost += lost; });
}

// --- what the display says ---

void Session::on_text(std::string_view text) {
  heard_ = clock_.now();
  if (const auto message = read_control(text)) {
    std::visit([this](const auto& said) { hear(said); }, *message);
  }
}

void Session::on_binary(ByteView message) {
  heard_ = clock_.now();
  if (!pico_ || !is_pico_pong(message)) return;
  const auto round_trip = pico_pings_.on_answer(heard_);
  if (!round_trip) return;
  board_.update([&](StreamStatus& status) { status.round_trip_us = round_trip->count(); });
}

void Session::hear(const HelloMessage& hello) {
  greeted_ = true;
  panel_ = hello.panel;
  rate_.set_panel_rate(panel_.refresh_hz);
  pacer_.set_interval(rate_.interval());
  board_.update([&](StreamStatus& status) {
    status.display_name = hello.name;
    status.panel_width = panel_.size.width;
    status.panel_height = panel_.size.height;
    status.owner = hello.source;
  });
}

void Session::hear(const AckMessage& ack) {
  const Instant now = clock_.now();
  const auto frame = flying_.take(ack.frame);
  if (!frame) return;
  patience_ = std::clamp(2 * (now - frame->sent), kSilence, kLongestSilence);
  if (!ack.presented) {
    if (ack.dropped == "queue_full" || ack.dropped == "superseded") rate_.on_dropped(now);
    board_.update([](StreamStatus& status) { ++status.dropped; });
  } else {
    // Until the clocks are known, the way back is counted too.
    const Instant shown = display_clock_.known() ? *ack.presented - display_clock_.offset() : now;
    const Micros latency = std::max(Micros{}, shown - frame->captured);
    if (frame->timed) rate_.on_shown(now, latency);
    if (display_clock_.known() && frame->timed) {
      board_.add_latency(latency);
      if (ack.received) {
        const Micros took =
            std::max(Micros{}, *ack.received - display_clock_.offset() - frame->sent);
        board_.add_send_time(took);
        measure_link(frame->bytes, took);
      }
      if (options_.on_shown) options_.on_shown(latency);
    }
    shown_submission_ = frame->submission;
    board_.update([](StreamStatus& status) {
      ++status.shown;
      status.on_panel = true;
      status.error.clear();
    });
    board_.settle(frame->submission);
  }
  pacer_.set_interval(rate_.interval());
}

void Session::measure_link(std::size_t bytes, Micros took) {
  const double rate = static_cast<double>(bytes) * 1e6 / static_cast<double>(took.count() + 1);
  bytes_a_second_ += bytes_a_second_ == 0 ? rate : (rate - bytes_a_second_) / 8;
}

std::size_t Session::bytes_within(Micros time) const {
  const double bytes = bytes_a_second_ * static_cast<double>(time.count()) / 1e6;
  return static_cast<std::size_t>(std::min(bytes, 1e9));
}

void Session::hear(const PongMessage& pong) {
  const Instant now = clock_.now();
  const FlyingFrame* oldest = flying_.oldest();
  if (oldest != nullptr && arrived_.frame != oldest->frame && pong.t0 > oldest->sent) {
    arrived_ = {.frame = oldest->frame, .before = pong.t0, .at = now};
  }
  display_clock_.add(pong.t0, pong.t1, pong.t2, now);
  if (!display_clock_.known()) return;
  // An answer that came while a picture was being encoded had to wait for that: it is no distance.
  if (pong.t0 == pinged_) {
    const Micros way = now - pong.t0 - (pong.t2 - pong.t1) - (encoding_ - encoding_at_ping_);
    distance_ = std::min(distance_, std::max(Micros{}, way));
  }
  if (distance_ != Micros::max()) rate_.on_round_trip(distance_);
  board_.update([&](StreamStatus& status) {
    status.round_trip_us = display_clock_.round_trip().count();
    status.clock_offset_us = display_clock_.offset().count();
  });
}

void Session::hear(const SourceMessage& source) {
  // What was sent while another source had the panel was dropped.
  if (source.you && !own_panel_ && source.reason != "started") wants_picture_ = true;
  // Silence can only have been a mistake: we are alive.
  if (!source.you && source.reason == "timeout") wants_picture_ = true;
  own_panel_ = source.you;
  board_.update([&](StreamStatus& status) {
    status.on_panel = source.you;
    status.owner = source.owner;
  });
}

void Session::hear(const PanelTouch& touch) {
  board_.add_touch(touch);
  if (options_.on_touch) options_.on_touch(touch);
}

void Session::hear(const KeyRequest&) { wants_picture_ = true; }

void Session::hear(const ErrorMessage& error) {
  board_.update([&](StreamStatus& status) { status.error = error.error; });
}

}  // namespace p3a::sender
