#include "ports/client/send/stream_summary.h"

#include <algorithm>
#include <cstdio>

#include "ports/client/send/json_text.h"

namespace p3a::sender {
namespace {

std::string one_decimal(double value) {
  char text[32];
  const int length = std::snprintf(text, sizeof text, "%.1f", value);
  return {text, static_cast<std::size_t>(std::clamp(length, 0, 31))};
}

std::string milliseconds(std::int64_t micros) {
  return one_decimal(static_cast<double>(micros) / 1000);
}

std::string kilobytes_a_frame(std::uint64_t bytes, std::uint64_t sent) {
  return one_decimal(sent == 0 ? 0 : static_cast<double>(bytes) / 1000 / static_cast<double>(sent));
}

std::string latency_words(const StreamSummary& summary) {
  return "latency " + milliseconds(summary.latency_p50_us) + "/" +
         milliseconds(summary.latency_p99_us) + " ms (p50/p99)";
}

// Without the braces, so that more can follow.
std::string members(const StreamSummary& summary) {
  const auto count = [](const char* name, std::uint64_t value) {
    return "\"" + std::string(name) + "\":" + std::to_string(value) + ",";
  };
  return count("frames_submitted", summary.frames_submitted) + count("sent", summary.sent) +
         count("shown", summary.shown) + count("dropped", summary.dropped) +
         count("replaced", summary.replaced) + count("unchanged", summary.unchanged) +
         count("lost", summary.lost) + count("failed", summary.failed) +
         "\"fps\":" + one_decimal(summary.fps) +
         ",\"latency_ms\":{\"p50\":" + milliseconds(summary.latency_p50_us) +
         ",\"p99\":" + milliseconds(summary.latency_p99_us) + "}," + count("bytes", summary.bytes) +
         "\"reconnects\":" + std::to_string(summary.reconnects);
}

}  // namespace

StreamSummary summarise(const std::vector<StreamStatus>& displays, std::uint64_t submitted,
                        double seconds) {
  StreamSummary all{.frames_submitted = submitted};
  for (const StreamStatus& status : displays) {
    all.sent += status.sent;
    all.shown += status.shown;
    all.dropped += status.dropped;
    all.replaced += status.replaced;
    all.unchanged += status.unchanged;
    all.lost += status.lost;
    all.failed += status.failed;
    all.bytes += status.bytes_sent;
    all.reconnects += status.connects > 0 ? status.connects - 1 : 0;
    all.latency_p50_us = std::max(all.latency_p50_us, status.latency_p50_us);
    all.latency_p99_us = std::max(all.latency_p99_us, status.latency_p99_us);
    const bool acked = status.shown + status.dropped > 0;
    const auto seen = static_cast<double>(acked ? status.shown : status.sent);
    const double fps = seconds > 0 ? seen / seconds : 0;
    all.fps = &status == displays.data() ? fps : std::min(all.fps, fps);
  }
  return all;
}

std::string summary_json(const std::vector<std::string>& to,
                         const std::vector<StreamStatus>& displays, std::uint64_t submitted,
                         double seconds) {
  std::string json = "{" + members(summarise(displays, submitted, seconds)) + ",\"displays\":[";
  for (std::size_t i = 0; i < displays.size(); ++i) {
    const StreamStatus& status = displays[i];
    if (i > 0) json += ',';
    json += "{\"to\":" + quoted(to[i]) + ",";
    if (!status.error.empty()) json += "\"error\":" + quoted(status.error) + ",";
    if (!status.format.empty())
      json += "\"format\":" + quoted(status.format) +
              ",\"format_reason\":" + quoted(status.format_reason) + ",";
    json += members(summarise({status}, submitted, seconds)) + "}";
  }
  return json + "]}";
}

std::string summary_words(const StreamSummary& summary) {
  return std::to_string(summary.frames_submitted) + " frames: " + std::to_string(summary.sent) +
         " sent, " + std::to_string(summary.shown) + " shown, " + std::to_string(summary.dropped) +
         " dropped by the display, " + std::to_string(summary.replaced) +
         " replaced by newer ones; " + one_decimal(summary.fps) + " fps, " +
         kilobytes_a_frame(summary.bytes, summary.sent) + " kB/frame, " + latency_words(summary) +
         ", " + std::to_string(summary.reconnects) + " reconnects";
}

std::string live_words(const std::vector<StreamStatus>& displays) {
  const StreamSummary all = summarise(displays, 0, 0);
  const auto slowest = std::ranges::min_element(displays, {}, &StreamStatus::fps);
  return one_decimal(slowest == displays.end() ? 0 : slowest->fps) + " fps  " +
         kilobytes_a_frame(all.bytes, all.sent) + " kB/frame  " + latency_words(all) + "  " +
         std::to_string(all.dropped) + " dropped" +
         (slowest == displays.end() || slowest->format.empty()
              ? ""
              : "  " + slowest->format + ": " + slowest->format_reason);
}

}  // namespace p3a::sender
