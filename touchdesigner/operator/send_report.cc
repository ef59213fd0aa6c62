// What SendWorker says of itself.
#include <utility>

#include "touchdesigner/operator/send_worker.h"
#include "touchdesigner/operator/wall_time.h"

namespace p3a::td {

using namespace std::chrono_literals;

namespace {

constexpr auto kReportEvery = 20ms;  // at most

double ms(std::int64_t us) { return static_cast<double>(us) / 1000; }

}  // namespace

void SendWorker::write_report(Clock::time_point now) {
  if (now < report_at_) return;
  report_at_ = now + kReportEvery;
  Report& r = report_;
  const StreamStatus stream = stream_.status();
  HttpReport http;
  if (http_) http = http_->report();
  const bool live = settings_.mode == Mode::kStream;
  r.address = target_;
  r.display = live || stream_.open() ? stream.display_name : "";
  r.owner = stream.on_panel ? "" : stream.owner;
  r.panel_width = stream.panel_width != 0 ? stream.panel_width : http.panel_width;
  r.panel_height = stream.panel_height != 0 ? stream.panel_height : http.panel_height;
  if (!http.what.empty()) r.upload = http.what;
  r.frames_sent = stream.sent + http.sent;
  r.frames_shown = stream.shown + http.sent;
  {
    const std::scoped_lock lock(mutex_);
    r.frames_dropped = shared_.replaced;
  }
  r.frames_dropped +=
      replaced_ + stream.replaced + stream.dropped + stream.lost + stream.failed + http.failed;
  r.bytes_sent = stream.bytes_sent + http.bytes;
  r.reconnects = stream_.reconnects();
  const std::uint64_t settled = stream.shown + stream.dropped + stream.lost;
  r.queue = static_cast<std::uint32_t>(stream.sent > settled ? stream.sent - settled : 0) +
            (http.busy ? 1 : 0);
  r.encode_ms = ms(stream.encode_p50_us);
  r.send_ms = ms(stream.send_p50_us);
  r.round_trip_ms = ms(stream.round_trip_us);
  r.latency_p50_ms = ms(stream.latency_p50_us);
  r.latency_p99_ms = ms(stream.latency_p99_us);
  r.quality = stream.quality;
  const double seconds = std::chrono::duration<double>(now - second_began_).count();
  if (seconds >= 1) {
    const auto rate = [seconds](std::uint64_t count, std::uint64_t& before) {
      const double grown = static_cast<double>(count - std::exchange(before, count));
      return grown / seconds;
    };
    r.fps_sent = rate(r.frames_sent, sent_before_);
    r.fps_shown = rate(r.frames_shown, shown_before_);
    const double bytes = rate(r.bytes_sent, bytes_before_);
    r.kilobits_per_second = bytes * 8 / 1000;
    r.kilobytes_per_frame = r.fps_sent > 0 ? bytes / r.fps_sent / 1000 : 0;
    second_began_ = now;
  }
  if (http_was_busy_ && !http.busy && replaced_ != replaced_told_) {
    replaced_told_ = replaced_;
    const std::scoped_lock lock(mutex_);
    shared_.again = true;  // what came meanwhile was left out: the newest goes now
  }
  http_was_busy_ = http.busy;
  judge(r, stream, http);
}

void SendWorker::judge(Report& r, const StreamStatus& stream, const HttpReport& http) {
  const State was = r.state;
  r.message = "";
  r.trouble = Trouble::kNone;
  const auto say = [&](State state, Trouble trouble, std::string_view what) {
    r.state = state;
    r.trouble = trouble;
    r.message = what;
  };
  if (!settings_.active && !identifying()) {
    r.state = State::kOff;
    if (http.last.code == "INVALID_VALUE") r.message = http.last.error;
  } else if (not_found_) {
    say(State::kWaiting, Trouble::kNotFound,
        "No display of the name " + std::string(settings_.display.view()) +
            " is on this network: switch it on, or empty Display and type its address. " +
            finder_.error());
  } else if (target_.empty()) {
    say(State::kInvalid, Trouble::kInvalid,
        "Type the display's name or address into Address, or pick a Display.");
  } else if (settings_.mode == Mode::kStream) {
    judge_stream(stream, say);
  } else {
    judge_http(http, say);
  }
  if (settings_.active && stalled_ && r.state == State::kLive) {
    say(State::kStalled, Trouble::kStalled, "TouchDesigner does not cook this operator.");
  }
  const bool nothing = !wired_ || unusable_;
  if (settings_.active && r.message.empty() && nothing && !settings_.test_pattern) {
    say(r.state, Trouble::kNoInput,
        !wired_
            ? "Nothing is wired into this operator: wire a TOP into it, or switch Test Pattern on."
            : "The input is no 2D picture: send a 2D TOP.");
  }
  if (r.state != was || !r.message.empty()) r.log(wall_time().view(), r.message.view());
}

void SendWorker::judge_stream(const StreamStatus& stream, const Say& say) {
  switch (stream_.open() ? stream.state : StreamState::kClosed) {
    case StreamState::kFailed:
      return say(State::kInvalid, Trouble::kInvalid, stream.error);
    case StreamState::kOpen:
      was_open_ = true;
      if (!stream.error.empty()) return say(State::kLive, Trouble::kRefused, stream.error);
      if (!stream.on_panel && stream.shown + stream.dropped > 0 && !stream.owner.empty()) {
        return say(State::kLive, Trouble::kNotOwner,
                   "The panel shows something else (" + stream.owner +
                       "): switch Active off and on to take it.");
      }
      return say(State::kLive, Trouble::kNone, "");
    case StreamState::kClosed:
      if (!lost_)
        return say(given_up_ ? State::kStalled : State::kConnecting,
                   given_up_ ? Trouble::kStalled : Trouble::kNone,
                   given_up_ ? "TouchDesigner does not cook this operator." : "");
      return say(State::kWaiting, Trouble::kNoDisplay,
                 "The connection to the display was lost: switch Active off and on.");
    default:
      break;
  }
  if (was_open_ && !settings_.reconnect) {
    lost_ = true;
    was_open_ = false;
    stream_.close();
  }
  const bool known = !stream.error.empty();
  say(stream.state == StreamState::kWaiting || known ? State::kWaiting : State::kConnecting,
      known ? Trouble::kNoDisplay : Trouble::kNone, stream.error);
}

void SendWorker::judge_http(const HttpReport& http, const Say& say) const {
  const Reply& last = http.last;
  if (last.http_status == 0 && last.code.empty())
    return say(State::kConnecting, Trouble::kNone, "");
  if (last.ok) return say(State::kLive, Trouble::kNone, "");
  if (last.code == "NO_DISPLAY" || last.code == "TLS_FAILED")
    return say(State::kWaiting, Trouble::kNoDisplay, last.error);
  if (last.http_status == 0) return say(State::kInvalid, Trouble::kInvalid, last.error);
  say(State::kLive, Trouble::kRefused, last.code + ": " + last.error);
}

}  // namespace p3a::td
