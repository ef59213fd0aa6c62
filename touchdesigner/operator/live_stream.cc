#include "touchdesigner/operator/live_stream.h"

#include <algorithm>
#include <utility>

namespace p3a::td {

using namespace std::chrono_literals;

namespace {

constexpr auto kOverlap = 1s;  // at most, of the old stream with the new one

Encoding encoding_of(Format format) {
  switch (format) {
    case Format::kJpeg:
      return Encoding::kJpeg;
    case Format::kPng:
      return Encoding::kPng;
    case Format::kPixelArt:
      return Encoding::kP3x;
    default:
      return Encoding::kAuto;
  }
}

void add(StreamStatus& sum, const StreamStatus& more) {
  sum.replaced += more.replaced;
  sum.unchanged += more.unchanged;
  sum.sent += more.sent;
  sum.shown += more.shown;
  sum.dropped += more.dropped;
  sum.lost += more.lost;
  sum.failed += more.failed;
  sum.bytes_sent += more.bytes_sent;
}

}  // namespace

void LiveStream::begin(const std::string& address, const Settings& settings,
                       std::function<void(const PanelTouch&)> on_touch) {
  StreamOptions options;
  options.name = "TouchDesigner";
  options.token = std::string(settings.token.view());
  options.ca_file = std::string(settings.ca_file.view());
  options.encoding = encoding_of(settings.format);
  options.fit = settings.fit;
  options.max_quality = settings.quality;
  options.min_quality = std::min(30, settings.quality);
  options.max_fps = settings.max_fps;
  options.min_fps = std::min(5.0, settings.max_fps);
  options.latency_target = std::chrono::milliseconds(settings.latency_ms);
  options.on_touch = std::move(on_touch);
  retire();
  auto stream = std::make_unique<Stream>(Stream::open(address, options));
  stream->set_stalled(stalled_);
  address_ = address;
  settings_ = settings;
  const std::scoped_lock lock(mutex_);
  if (abandoned_) stream->abandon();
  now_ = std::move(stream);
}

std::uint64_t LiveStream::again(const Stream* stream) {
  if (stream == nullptr) return 0;
  const std::uint64_t connects = stream->status().connects;
  return connects == 0 ? 0 : connects - 1;
}

// The stream of the moment becomes the old one.
void LiveStream::retire() {
  if (!now_) return;
  if (old_) old_->abandon(), old_->close();
  reconnects_ += again(now_.get());
  add(before_, now_->status());
  old_until_ = Clock::now() + kOverlap;
  const std::scoped_lock lock(mutex_);
  old_ = std::move(now_);
}

void LiveStream::close() {
  retire();
  if (!old_) return;
  old_->close();
  const std::scoped_lock lock(mutex_);
  old_.reset();
}

void LiveStream::tick(Clock::time_point now) {
  if (!old_ || !now_) return;
  if (now < old_until_ && now_->status().shown == 0) return;
  old_->close();
  const std::scoped_lock lock(mutex_);
  old_.reset();
}

bool LiveStream::submit(const PixelView& picture, Clock::time_point captured) {
  return now_ && now_->submit(picture, captured);
}

void LiveStream::set_stalled(bool stalled) {
  stalled_ = stalled;
  if (now_) now_->set_stalled(stalled);
}

StreamStatus LiveStream::status() const {
  StreamStatus status;
  status.state = StreamState::kClosed;
  if (now_) status = now_->status();
  add(status, before_);
  return status;
}

void LiveStream::abandon() {
  const std::scoped_lock lock(mutex_);
  abandoned_ = true;
  if (now_) now_->abandon();
  if (old_) old_->abandon();
}

}  // namespace p3a::td
