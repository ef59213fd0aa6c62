// A display, its link and its clock for the tests: time stands still until somebody waits.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "core/wire/frame_message.h"
#include "sender/ports.h"

namespace p3a::sender {

class TestClock final : public Clock {
 public:
  Instant now() override { return now_; }
  void advance(Micros by) { now_ += by; }
  void advance_to(Instant at) { now_ = std::max(now_, at); }

 private:
  Instant now_ = Instant(1s);
};

/// "JPEGs" of 100 × quality bytes: the fourth one is the red of the first pixel, the fifth the
/// quality.
class TestEncoder final : public ImageEncoder {
 public:
  Result<ByteView> encode_jpeg(const Pixels& pixels, int quality, bool) override {
    if (fails) return fail(ErrorCode::kInternal, "The encoder is out of order.");
    sizes.push_back(pixels.size);
    const bool bgra = pixels.format == InputFormat::kBgra8888;
    file_.assign(bytes_per_quality * static_cast<std::size_t>(quality), 0);
    const std::uint8_t head[] = {0xFF, 0xD8, 0xFF, pixels.data[bgra ? 2 : 0],
                                 static_cast<std::uint8_t>(quality)};
    std::copy(std::begin(head), std::end(head), file_.begin());
    return ByteView(file_);
  }
  Result<ByteView> encode_png(const Pixels& pixels, PngEffort) override {
    sizes.push_back(pixels.size);
    png_ = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n', pixels.data[0]};
    png_.resize(std::max(png_.size(), png_bytes));
    return ByteView(png_);
  }

  bool png_takes_more(const Pixels&, std::size_t bytes) override {
    return !png_is_small || png_bytes > bytes;
  }

  bool fails = false;
  std::size_t bytes_per_quality = 100;
  std::size_t png_bytes = 0;  ///< at least
  bool png_is_small = false;  ///< whole pictures too: looked at beside P3X
  std::vector<Size> sizes;

 private:
  std::vector<std::uint8_t> file_, png_;
};

class TestDisplay final : public Transport {
 public:
  struct Frame {
    Instant at{};
    FrameFormat format = FrameFormat::kJpeg;
    FrameExtension extension;
    std::vector<std::uint8_t> payload;
    int red() const {
      return payload.at(format == FrameFormat::kJpeg ? 3 : format == FrameFormat::kPng ? 8 : 0);
    }
  };

  explicit TestDisplay(TestClock& clock) : clock_(clock) {}

  // What the display and the link are like; may be changed at any time.
  bool reachable = true;
  bool talks = true;  ///< says hello, answers pings, acks
  bool pongs = true;
  bool acks = true;
  bool declines = false;    ///< every stream, with 404
  bool stock = false;       ///< a p3a with its own firmware: /pico_stream is all it has
  std::uint16_t port = 80;  ///< the one that it answers at
  Micros link = 1ms;        ///< until a frame has been handed to the machine
  std::int64_t bytes_a_second =
      0;                       ///< that leave the machine, which holds as much as there is; 0: all
  Micros distance = 2ms;       ///< one way
  Micros present = 5ms;        ///< from arrival to the panel
  Micros clock_ahead = 3600s;  ///< its clock minus ours
  std::string hello_members =
      R"("width":4,"height":4,"refresh_hz":0,)"
      R"("formats":["jpeg","png","rgb565","rgb888"],)"
      R"("limits":{"max_frame_bytes":204800,"max_lossless_bytes":2097152},)";

  // What it saw.
  std::vector<Frame> frames;
  std::vector<std::string> texts;
  std::vector<std::pair<Instant, std::vector<std::uint8_t>>> packets;  ///< of a stock p3a
  std::vector<Instant> connects;
  std::vector<Destination> destinations;
  int wakes = 0;

  /// Says something to the sender now.
  void say(const std::string& text) {
    later(Micros{}, [text](TransportEvents& events) { events.on_text(text); });
  }
  /// Goes away, telling the sender or not.
  void vanish(bool telling) {
    open_ = false;
    pending_.clear();
    if (telling) {
      later(Micros{}, [](TransportEvents& events) { events.on_closed("The display went away."); });
    }
  }
  bool open() const { return open_; }

  void connect(const Destination& destination, Micros patience) override {
    open_ = false;
    pending_.clear();
    connects.push_back(clock_.now());
    destinations.push_back(destination);
    if (!reachable) {
      return later(patience, [](TransportEvents& events) { events.on_closed("No answer."); });
    }
    if (destination.port != port) {
      return later(distance * 2, [](TransportEvents& events) { events.on_closed("Refused."); });
    }
    if (declines || stock != (destination.path == "/pico_stream")) {
      return later(distance * 2, [path = destination.path](TransportEvents& events) {
        events.on_declined(404, "There is no stream at " + path + " (404).");
      });
    }
    later(distance * 2, [this](TransportEvents& events) {
      open_ = true;
      busy_until_ = free_at_ = {};
      received_ = 0;
      events.on_open();
    });
    if (talks && !stock) {
      later(distance * 2, [this](TransportEvents& events) {
        events.on_text(R"({"type":"hello","version":1,"name":"Test","id":"t","program":"test",)"
                       R"("program_version":"1","pixel_format":"rgb888",)" +
                       hello_members + R"("queue_depth":3,"timeout_s":5,"source":"rotation",)" +
                       R"("now_us":)" + std::to_string(display_now()) + "}");
      });
    }
  }
  bool ready() const override { return open_ && clock_.now() >= busy_until_; }
  void send_frame(ByteView head, ByteView payload) override {
    ASSERT_TRUE(ready());
    std::vector<std::uint8_t> message(head.begin(), head.end());
    message.insert(message.end(), payload.begin(), payload.end());
    if (stock) return take_packet(std::move(message));
    const auto frame = parse_frame_message(message, {});
    ASSERT_TRUE(frame.has_value()) << frame.error().message.view();
    frames.push_back({clock_.now(),
                      frame->format,
                      frame->extension.value(),
                      {frame->payload.begin(), frame->payload.end()}});
    busy_until_ = clock_.now() + link;
    later(link, [](TransportEvents&) {});
    const std::uint64_t number = ++received_;
    if (!talks || !acks) return;
    const Micros there = link + way(message.size()) + present;
    const auto presented = display_now() + there.count();
    const auto arrived = presented - present.count();
    later(there + distance, [number, arrived, presented](TransportEvents& events) {
      events.on_text(R"({"type":"ack","frame":)" + std::to_string(number) + R"(,"received_us":)" +
                     std::to_string(arrived) + R"(,"decoded_us":2,"presented_us":)" +
                     std::to_string(presented) + "}");
    });
  }
  void send_text(std::string_view text) override {
    texts.emplace_back(text);
    const auto t0 = text.find("\"t0_us\":");
    if (!open_ || t0 == std::string_view::npos || !talks || !pongs) return;
    const std::string number(text.substr(t0 + 8, text.find('}', t0) - t0 - 8));
    const Micros way_there = way(text.size());
    const std::string there = std::to_string(display_now() + way_there.count());
    later(way_there + distance, [number, there](TransportEvents& events) {
      events.on_text(R"({"type":"pong","t0_us":)" + number + R"(,"t1_us":)" + there +
                     R"(,"t2_us":)" + there + "}");
    });
  }
  void poll(Instant until, TransportEvents& events) override {
    if (woken_) until = clock_.now();
    woken_ = false;
    if (!pending_.empty()) until = std::min(until, pending_.begin()->first);
    ASSERT_NE(until, Instant::max()) << "the stream waits for ever";
    until = std::min(until, limit_);
    clock_.advance_to(until);
    while (!pending_.empty() && pending_.begin()->first <= clock_.now()) {
      const auto event = pending_.begin()->second;
      pending_.erase(pending_.begin());
      event(events);
    }
  }
  void wake() override { woken_ = true, ++wakes; }
  void close(Micros) override { open_ = false, pending_.clear(); }

  /// poll() does not wait beyond this.
  void set_limit(Instant limit) { limit_ = limit; }

 private:
  /// To the display, behind everything that still waits.
  Micros way(std::size_t bytes) {
    if (bytes_a_second == 0) return distance;
    free_at_ = std::max(free_at_, clock_.now()) +
               Micros(static_cast<std::int64_t>(bytes) * 1'000'000 / bytes_a_second);
    return free_at_ - clock_.now() + distance;
  }
  void later(Micros wait, std::function<void(TransportEvents&)> event) {
    pending_.emplace(clock_.now() + wait, std::move(event));
  }
  // As tests/stock_p3a.py, which is strict about every byte.
  void take_packet(std::vector<std::uint8_t> packet) {
    busy_until_ = clock_.now() + link;
    later(link, [](TransportEvents&) {});
    if (packet.size() == 3 && pongs) {
      later(link + distance * 2, [](TransportEvents& events) {
        events.on_binary(std::vector<std::uint8_t>{0x70, 0x38, 0x51});
      });
    }
    packets.emplace_back(clock_.now(), std::move(packet));
  }
  std::int64_t display_now() const {
    return (clock_.now() + clock_ahead).time_since_epoch().count();
  }

  TestClock& clock_;
  bool open_ = false;
  bool woken_ = false;
  Instant busy_until_{};
  Instant free_at_{};
  Instant limit_ = Instant::max();
  std::uint64_t received_ = 0;
  std::multimap<Instant, std::function<void(TransportEvents&)>> pending_;
};

}  // namespace p3a::sender
