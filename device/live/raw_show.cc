#include "device/live/raw_show.h"

#include <utility>

#include "device/json.h"
#include "device/live/p3x_show.h"

namespace p3a {
namespace {

struct Answer {
  std::size_t bytes = 0;
  std::string_view format;
  Micros decode_time{};
  Instant received;
};

double milliseconds(Micros time) { return static_cast<double>(time.count()) / 1000; }

Response answer_text(const Answer& answer, bool shown, Clock& clock) {
  JsonWriter json;
  json.begin_object().member("bytes_received", answer.bytes).member("format", answer.format);
  json.member("display_updated", shown);
  json.member("decode_time_ms", milliseconds(answer.decode_time));
  if (shown) {
    json.member("presented_at", clock.since_epoch().count());
    json.member("latency_ms", milliseconds(clock.now() - answer.received));
  }
  return ok_response(json.end_object().text());
}

}  // namespace

Status RawShow::load(RawPicture& picture, FrameRef frame, FrameRef base) {
  const Instant started = clock_.now();
  const RawRequest& request = picture.request;
  Current loaded;
  loaded.area = request.area;
  loaded.base = request.area ? std::move(base) : FrameRef();
  Size size = request.size;
  if (request.layout) {
    loaded.pixels = RawPixels{*request.layout, request.size, picture.bytes()};
  } else if (picture.is_p3x_frame()) {
    if (auto decoded = decode_p3x(picture.bytes(), loaded); !decoded) return decoded;
    size = loaded.pixels->size;
  } else {
    auto opened = maker_.open(picture.bytes());
    if (!opened) return std::unexpected(opened.error());
    loaded.picture = std::move(*opened);
    size = loaded.picture->info().size;
  }
  const auto timing = draw(loaded, *frame);
  if (!timing) return std::unexpected(timing.error());
  loaded.timing = *timing;
  loaded.animated = loaded.picture && loaded.picture->info().animated && !timing->last;
  loaded.label = std::make_shared<ShownPicture>(ShownPicture{
      .name = {}, .format = picture.format, .size = size, .animated = loaded.animated});
  loaded.buffer = std::move(picture.buffer);
  current_ = std::move(loaded);
  last_ = std::move(frame);
  decode_time_ = clock_.now() - started;
  redraw_ = false;
  return {};
}

// The decoder's memory is given back at once: nothing will build on this frame.
Status RawShow::decode_p3x(ByteView frame, Current& current) const {
  Capacities for_a_moment = capacities_;
  for_a_moment.p3x_from_the_start = false;
  P3xShow decoder(for_a_moment);
  const auto pixels = decoder.decode(frame, maker_.limits());
  if (!pixels) return std::unexpected(pixels.error());
  current.pixels = *pixels;
  current.decoded = decoder.take_pixels();  // which the picture's pixels lie in
  return {};
}

void RawShow::present(RawPicture picture, bool has_panel) {
  const Answer answer{picture.size, picture.format, decode_time_, picture.request.received};
  if (!has_panel) return picture.respond(answer_text(answer, false, clock_));
  again_ = redraw_ = false;
  last_->times.received = answer.received;
  last_->times.decoded = clock_.now();
  playhead_ = clock_.now();
  submit({}, [answer, respond = std::move(picture.respond), &clock = clock_](bool shown) {
    respond(answer_text(answer, shown, clock));
  });
}

Instant RawShow::advance(Instant now) {
  if (!current_ || done_ != ticket_) return Instant::max();
  if (!again_ && !current_->animated) return Instant::max();
  FrameRef frame = stage_.acquire();
  if (!frame) return now + kRetry;
  if (again_ && !redraw_) {
    FrameMaker::copy(last_, *frame);
    playhead_ = now;
  } else {
    const Micros delay = current_->timing.delay;
    playhead_ += delay > 0us ? delay : kZeroDelay;
    if (again_ || now - playhead_ > kMaxLate) playhead_ = now;
    const auto timing = draw(*current_, *frame);
    if (!timing) {  // its last good frame stays
      current_->animated = again_ = redraw_ = false;
      return Instant::max();
    }
    current_->timing = *timing;
  }
  const bool at_once = std::exchange(again_, false);
  redraw_ = false;
  last_ = std::move(frame);
  submit(at_once ? Instant{} : playhead_, {});
  return Instant::max();
}

void RawShow::show_again(bool redraw) {
  again_ = true;
  redraw_ = redraw_ || redraw;
}

void RawShow::clear() {
  current_.reset();
  last_ = {};
}

Result<DecodedFrame> RawShow::draw(Current& current, Frame& frame) {
  if (current.picture) return maker_.draw(*current.picture, current.area, current.base, frame);
  const Status drawn = maker_.draw(*current.pixels, current.area, current.base, frame);
  if (!drawn) return std::unexpected(drawn.error());
  return DecodedFrame{.delay = {}, .last = true};
}

void RawShow::submit(Instant present_at, std::function<void(bool)> done) {
  last_->present_at = present_at;
  last_->source = Source::kRaw;
  ++ticket_;
  stage_.submit(
      {last_, current_->label, [this, ticket = ticket_, done = std::move(done)](bool shown) {
         if (done) done(shown);
         done_ = ticket;
         stage_.wake();
       }});
}

}  // namespace p3a
