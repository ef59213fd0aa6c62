// A display that says anything at any time, one text a line, hangs up, comes back and is another
// one then: the session keeps its books, its rates and its patience within what the caller asked
// for.
#include <cmath>
#include <utility>

#include "fuzz/require.h"
#include "sender/json_object.h"
#include "sender/session.h"

namespace {

using namespace p3a;
using namespace p3a::sender;

class HandClock final : public Clock {
 public:
  Instant now() override { return now_; }
  void advance(Micros by) { now_ += by; }

 private:
  Instant now_ = Instant(1s);
};

// A link that takes everything and has to be asked for nothing.
class OpenLink final : public Transport {
 public:
  void connect(const Destination&, Micros) override { connecting = true; }
  bool ready() const override { return true; }
  void send_frame(ByteView, ByteView) override {}
  void send_text(std::string_view text) override {
    require(JsonObject::parse(text).has_value(), "what is said to the display is JSON");
  }
  void poll(Instant, TransportEvents&) override {}
  void wake() override {}
  void close(Micros) override {}

  bool connecting = false;
};

// A line that begins with one of these is no text but something that happens.
void happen(char what, std::string_view text, HandClock& clock, OpenLink& link, Session& session) {
  if (what == '+') clock.advance(Micros(1 << (text.size() % 25)));
  if (what == '-' || (what == '/' && link.connecting)) {
    link.connecting = false;
    what == '-' ? session.on_closed("gone") : session.on_declined(404, "no such thing");
  }
  if (what == '*' && std::exchange(link.connecting, false)) session.on_open();
  if (what == '#')
    session.on_binary({reinterpret_cast<const std::uint8_t*>(text.data()) + 1, text.size() - 1});
  if (what == '~') session.set_stalled(text.size() % 2 == 0);
  if (what == '=') session.cover(text.size());
  if (what == '!') session.give_up_picture(fail(ErrorCode::kInternal, "it could not").error());
}

void check_message(std::string_view text) {
  const auto message = read_control(text);
  if (!message) return;
  if (const auto* hello = std::get_if<HelloMessage>(&*message)) {
    const Size size = hello->panel.size;
    require(size.pixels() != 0 && size.width <= kMaxComposedSide && size.height <= kMaxComposedSide,
            "a panel has a size");
    require(hello->panel.refresh_hz >= 0 && hello->panel.refresh_hz <= 1000, "a panel has a rate");
  }
  if (const auto* ack = std::get_if<AckMessage>(&*message)) {
    require(ack->frame != 0 && (ack->presented || !ack->dropped.empty()), "an ack says something");
  }
}

void check_books(const StreamStatus& status, const StreamOptions& options) {
  require(status.shown + status.dropped + status.lost <= status.sent, "a frame ends once");
  require(std::isfinite(status.fps_limit) && status.fps_limit <= options.max_fps,
          "the rate is bounded");
  require(status.latency_p99_us >= 0 && status.latency_p50_us <= status.latency_p99_us,
          "latencies are in order");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  HandClock clock;
  OpenLink link;
  StreamBoard board;
  const StreamOptions options{.name = std::string(rest.substr(0, rest.find('\n')).substr(0, 64))};
  Session session(link, clock, board, options, {Destination{.host = "display"}}, 1);
  session.tick();
  link.connecting = false;
  session.on_open();
  Submission picture{.number = 1, .captured = clock.now(), .size = {1, 1}, .bytes = {1, 2, 3}};
  const std::uint8_t payload[] = {0xFF, 0xD8, 0xFF};
  while (!rest.empty()) {
    const std::string_view text = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), text.size() + 1));
    check_message(text);
    if (!text.empty()) happen(text[0], text, clock, link, session);
    session.on_text(text);
    session.tick();
    require(link.connecting || session.next_event() <= clock.now() + 300s, "the next step comes");
    if (session.may_send() && clock.now() >= session.frame_due()) {
      const EncodedFrame frame{
          .format = FrameFormat::kJpeg, .payload = payload, .quality = session.quality()};
      require(session.send(frame, picture).has_value(), "a frame can be sent");
      ++picture.number;
    }
    clock.advance(1ms);
    require(session.quality() >= options.min_quality && session.quality() <= options.max_quality,
            "the quality is bounded");
    require(session.frame_due() <= clock.now() + 300s, "the next frame comes");
    check_books(board.status(), options);
  }
  return 0;
}
