#include "touchdesigner/operator/report.h"

#include <cstdio>

#include "include/p3a/p3a.hpp"

namespace p3a::td {
namespace {

double whole(std::uint64_t value) { return static_cast<double>(value); }

constexpr Channel kChannels[] = {
    {"connected",
     [](const Report& r) {
       return r.state == State::kLive || r.state == State::kStalled ? 1.0 : 0.0;
     }},
    {"frames_in", [](const Report& r) { return whole(r.frames_in); }},
    {"frames_sent", [](const Report& r) { return whole(r.frames_sent); }},
    {"frames_shown", [](const Report& r) { return whole(r.frames_shown); }},
    {"frames_dropped", [](const Report& r) { return whole(r.frames_dropped); }},
    {"fps_sent", [](const Report& r) { return r.fps_sent; }},
    {"fps_shown", [](const Report& r) { return r.fps_shown; }},
    {"encode_ms", [](const Report& r) { return r.encode_ms; }},
    {"send_ms", [](const Report& r) { return r.send_ms; }},
    {"round_trip_ms", [](const Report& r) { return r.round_trip_ms; }},
    {"latency_p50_ms", [](const Report& r) { return r.latency_p50_ms; }},
    {"latency_p99_ms", [](const Report& r) { return r.latency_p99_ms; }},
    {"kb_per_frame", [](const Report& r) { return r.kilobytes_per_frame; }},
    {"kbit_per_s", [](const Report& r) { return r.kilobits_per_second; }},
    {"queue", [](const Report& r) { return whole(r.queue); }},
    {"reconnects", [](const Report& r) { return whole(r.reconnects); }},
    {"error_code", [](const Report& r) { return whole(static_cast<std::uint64_t>(r.trouble)); }},
    {"touch_state", [](const Report& r) { return r.touched ? 1.0 : 0.0; }},
    {"touch_x", [](const Report& r) { return whole(r.touch_x); }},
    {"touch_y", [](const Report& r) { return whole(r.touch_y); }},
};

std::string decimal(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f", value);
  return text;
}

std::string size(const Report& report) {
  if (report.panel_width == 0) return "";
  return std::to_string(report.panel_width) + " x " + std::to_string(report.panel_height);
}

}  // namespace

std::string_view state_name(State state) {
  switch (state) {
    case State::kOff:
      return "off";
    case State::kConnecting:
      return "connecting";
    case State::kLive:
      return "live";
    case State::kWaiting:
      return "waiting";
    case State::kStalled:
      return "stalled";
    case State::kInvalid:
      return "invalid";
  }
  return "";
}

void Report::log(std::string_view time, std::string_view what) {
  if (what.empty() || errors[0].what == Text<200>(what)) return;
  for (std::size_t i = kErrors - 1; i > 0; --i) errors[i] = errors[i - 1];
  errors[0] = {.time = time, .what = what};
}

std::span<const Channel> channels() { return kChannels; }

Row row(const Report& report, std::size_t index) {
  const Report& r = report;
  const auto text = [](const auto& value) { return std::string(value.view()); };
  switch (index) {
    case 0:
      return {"state", std::string(state_name(r.state))};
    case 1:
      return {"message", text(r.message)};
    case 2:
      return {"display", text(r.display)};
    case 3:
      return {"panel", size(r)};
    case 4:
      return {"address", text(r.address)};
    case 5:
      return {"on_panel", text(r.owner)};
    case 6:
      return {"upload", text(r.upload)};
    case 7:
      return {"frames_in", std::to_string(r.frames_in)};
    case 8:
      return {"frames_sent", std::to_string(r.frames_sent)};
    case 9:
      return {"frames_shown", std::to_string(r.frames_shown)};
    case 10:
      return {"frames_dropped", std::to_string(r.frames_dropped)};
    case 11:
      return {"bytes_sent", std::to_string(r.bytes_sent)};
    case 12:
      return {"reconnects", std::to_string(r.reconnects)};
    case 13:
      return {"fps", decimal(r.fps_sent) + " sent, " + decimal(r.fps_shown) + " shown"};
    case 14:
      return {"jpeg_quality", std::to_string(r.quality)};
    case 15:
      return {"encode_ms", decimal(r.encode_ms)};
    case 16:
      return {"send_ms", decimal(r.send_ms)};
    case 17:
      return {"round_trip_ms", decimal(r.round_trip_ms)};
    case 18:
      return {"latency_ms",
              decimal(r.latency_p50_ms) + " p50, " + decimal(r.latency_p99_ms) + " p99"};
    case 19:
      return {"version", version()};
    default: {
      const LoggedError& error = r.errors[(index - 20) % Report::kErrors];
      return {"error_" + std::to_string(index - 19),
              error.what.empty() ? "" : text(error.time) + " " + text(error.what)};
    }
  }
}

std::string_view warning(const Report& report) {
  return report.state == State::kInvalid ? std::string_view() : report.message.view();
}

std::string_view error(const Report& report) {
  return report.state == State::kInvalid ? report.message.view() : std::string_view();
}

std::string popup(const Report& report) {
  std::string text = "P3A Out: " + std::string(state_name(report.state));
  if (!report.display.empty()) {
    text += "\n" + std::string(report.display.view()) + " at " + std::string(report.address.view());
    if (report.panel_width != 0) text += ", " + size(report);
  }
  text += "\n" + decimal(report.fps_sent) + " fps sent, " + decimal(report.fps_shown) + " shown, " +
          std::to_string(report.frames_dropped) + " dropped";
  text += "\nlatency " + decimal(report.latency_p50_ms) + " ms, " +
          decimal(report.kilobytes_per_frame) + " kB a frame";
  if (!report.upload.empty()) text += "\n" + std::string(report.upload.view());
  if (!report.message.empty()) text += "\n" + std::string(report.message.view());
  return text;
}

}  // namespace p3a::td
