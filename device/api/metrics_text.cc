#include "device/api/metrics_text.h"

#include "device/json.h"

namespace p3a {
namespace {

double seconds(Micros time) { return static_cast<double>(time.count()) / 1e6; }

class Exposition {
 public:
  Exposition& family(std::string_view name, std::string_view type, std::string_view help) {
    name_ = name;
    ((text_ += "# HELP p3a_") += name) += ' ';
    (text_ += help) += '\n';
    ((text_ += "# TYPE p3a_") += name) += ' ';
    (text_ += type) += '\n';
    return *this;
  }
  /// A sample of the family; `label` as key="value", from a fixed list.
  template <class Number>
  Exposition& sample(Number value, std::string_view key = {}, std::string_view label = {}) {
    (text_ += "p3a_") += name_;
    if (!key.empty()) (((text_ += '{') += key) += "=\"").append(label) += "\"}";
    JsonWriter number;  // the same notation of numbers
    ((text_ += ' ') += number.value(value).text()) += '\n';
    return *this;
  }
  template <class Number>
  Exposition& one(std::string_view name, std::string_view type, std::string_view help,
                  Number value) {
    return family(name, type, help).sample(value);
  }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
  std::string_view name_;
};

void write_network(Exposition& out, const Traffic& traffic) {
  out.one("connections", "gauge", "Connections that are open.", traffic.connections);
  out.one("connections_accepted_total", "counter", "Connections taken.", traffic.accepted);
  out.family("connections_refused_total", "counter", "Connections refused, by the cap they hit.");
  out.sample(traffic.refused_total, "cap", "total");
  out.sample(traffic.refused_address, "cap", "address");
  out.one("requests_total", "counter", "Requests whose head was read.", traffic.requests);
  out.family("requests_refused_total", "counter", "Requests refused before any route.");
  out.sample(traffic.forbidden, "reason", "access");
  out.sample(traffic.malformed, "reason", "malformed");
  out.sample(traffic.timed_out, "reason", "timeout");
  out.one("network_lag_seconds", "gauge", "How late the network thread came to its last beat.",
          seconds(traffic.network_lag));
}

void write_latency(Exposition& out, std::string_view name, std::string_view help,
                   const LatencyFigures& latency, Micros Percentiles::* which) {
  out.family(name, "gauge", help);
  out.sample(seconds(latency.queue.*which), "stage", "queue");
  out.sample(seconds(latency.decode.*which), "stage", "decode");
  out.sample(seconds(latency.present.*which), "stage", "present");
  out.sample(seconds(latency.total.*which), "stage", "total");
}

void write_live(Exposition& out, const LiveFigures& live) {
  const StreamFigures& streams = live.streams;
  out.one("stream_clients", "gauge", "Streams that are connected.", live.clients);
  out.one("stream_connections_total", "counter", "Streams that connected.", live.connections);
  out.family("frames_received_total", "counter", "Live pictures received.");
  out.sample(streams.frames_in, "transport", "websocket");
  out.sample(live.raw.received, "transport", "http");
  out.family("received_bytes_total", "counter", "Bytes of live pictures received.");
  out.sample(streams.bytes_in, "transport", "websocket");
  out.sample(live.raw.bytes, "transport", "http");
  out.one("stream_frames_presented_total", "counter", "Frames of streams that were shown.",
          streams.presented);
  out.family("stream_frames_dropped_total", "counter", "Frames of streams not shown, by reason.");
  for (std::size_t i = 0; i < kDrops; ++i)
    out.sample(streams.dropped[i], "reason", drop_name(static_cast<Drop>(i)));
  out.one("stream_frames_waiting", "gauge", "Frames that wait to be decoded.", streams.waiting);
  write_latency(out, "stream_latency_median_seconds", "Latency of a stream's frames, median.",
                streams.latency, &Percentiles::p50);
  write_latency(out, "stream_latency_p99_seconds",
                "Latency of a stream's frames that 99 of 100 do not exceed.", streams.latency,
                &Percentiles::p99);
}

void write_uploads(Exposition& out, const UploadCounters& uploads) {
  out.one("uploads_accepted_total", "counter", "Pictures that were kept.", uploads.accepted);
  if (uploads.refused_by_code.empty()) return;
  out.family("uploads_refused_total", "counter", "Pictures that were not kept, by code.");
  for (const auto& [code, count] : uploads.refused_by_code)
    out.sample(count, "code", code_name(code));
}

void write_panel(Exposition& out, const EngineStatus& engine) {
  out.one("frames_presented_total", "counter", "Frames put on the panel.", engine.frames_presented);
  out.one("frames_superseded_total", "counter", "Frames that a newer one took the place of.",
          engine.frames_superseded);
  out.one("panel_healthy", "gauge", "1 while the panel takes frames.",
          engine.panel_error.empty() ? 1 : 0);
  out.one("rotation_files", "gauge", "Pictures in the rotation.", engine.rotation_files);
}

void write_machine(Exposition& out, const MetricsInputs& inputs) {
  out.family("thread_busy_seconds", "gauge", "How long a thread has been at what it does.");
  out.sample(seconds(inputs.threads.decode), "thread", "decode");
  out.sample(seconds(inputs.threads.present), "thread", "present");
  out.one("healthy", "gauge", "1 while no thread is stuck.", check_alive(inputs.threads) ? 1 : 0);
  out.one("storage_healthy", "gauge", "1 while pictures can be saved.",
          inputs.storage.healthy ? 1 : 0);
  out.one("storage_free_bytes", "gauge", "Room left for pictures.",
          inputs.storage.totals.free_bytes);
  out.one("resident_memory_bytes", "gauge", "Memory that the display has in use.",
          inputs.machine.rss_bytes);
  out.one("cpu_seconds_total", "counter", "Processor time used.", inputs.machine.cpu_seconds);
  out.one("threads", "gauge", "Threads of the display.", inputs.machine.threads);
  out.one("open_fds", "gauge", "Open files and sockets.", inputs.machine.open_files);
  out.one("uptime_seconds", "gauge", "Time since the start.", inputs.uptime_s);
}

}  // namespace

std::string metrics_text(const MetricsInputs& inputs) {
  Exposition out;
  out.family("build_info", "gauge", "Always 1; the version is its label.");
  out.sample(1, "version", inputs.version);
  write_network(out, inputs.traffic);
  write_live(out, inputs.live);
  write_uploads(out, inputs.uploads);
  write_panel(out, inputs.engine);
  write_machine(out, inputs);
  return out.take();
}

}  // namespace p3a
