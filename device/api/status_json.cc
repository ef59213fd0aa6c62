#include "device/api/status_json.h"

#include "device/json.h"

namespace p3a {
namespace {

void write_machine(JsonWriter& json, const StatusFigures& figures) {
  const Config& config = figures.config;
  json.key("fw").begin_object().member("version", figures.version).member("idf", "");
  json.member("build", __VERSION__).end_object();
  json.key("device")
      .begin_object()
      .member("board", figures.machine.board)
      .member("screen_w", config.panel.width);
  json.member("screen_h", config.panel.height).end_object();
  json.member("device_name", config.mdns.name).member("hostname", config.mdns.name);
  json.key("net").begin_object().member("connected", !figures.machine.address.empty());
  json.member("ip", figures.machine.address).end_object();
  json.member("heap_free", figures.machine.available_bytes);
  json.key("memory").begin_object().member("rss_bytes", figures.machine.rss_bytes);
  json.member("available_bytes", figures.machine.available_bytes).member("low", figures.memory_low);
  if (const auto internal = figures.machine.internal_free_bytes)
    json.member("internal_free_bytes", *internal);
  json.end_object();
}

void write_storage(JsonWriter& json, const StorageHealth& health) {
  json.key("storage").begin_object().member("total_bytes", health.totals.total_bytes);
  json.member("free_bytes", health.totals.free_bytes).member("healthy", health.healthy);
  json.member("last_error", health.last_error).end_object();
  json.member("sd_card_failed", !health.healthy);
}

void write_showing(JsonWriter& json, const EngineStatus& engine) {
  json.key("showing")
      .begin_object()
      .member("source", source_name(engine.source))
      .member("name", engine.name);
  json.member("format", engine.format).member("width", engine.picture_size.width);
  json.member("height", engine.picture_size.height)
      .member("animated", engine.animated)
      .member("fps", engine.fps);
  json.end_object();
  json.key("panel").begin_object().member("frames_presented", engine.frames_presented);
  json.member("frames_superseded", engine.frames_superseded)
      .member("error", engine.panel_error)
      .end_object();
}

void write_player(JsonWriter& json, const EngineStatus& engine) {
  json.key("player")
      .begin_object()
      .member("paused", engine.paused)
      .member("files", engine.rotation_files);
  json.key("skipped").begin_array();
  for (const SkippedFile& file : engine.skipped) {
    json.begin_object().member("name", file.name).member("code", code_name(file.reason.code));
    json.member("error", file.reason.message.view()).end_object();
  }
  json.end_array().end_object();
}

void write_decoders(JsonWriter& json, const DecoderStatus& decoders) {
  json.key("decode").begin_object().member("sandbox", decoders.sandbox);
  json.member("missing", decoders.missing).member("crashed", decoders.crashed);
  json.member("timed_out", decoders.timed_out).member("over_limit", decoders.over_limit);
  json.member("workers_started", decoders.workers_started).end_object();
}

}  // namespace

std::string status_json(const StatusFigures& figures) {
  JsonWriter json;
  json.begin_object().member("state", figures.engine.panel_error.empty() ? "READY" : "ERROR");
  json.member("uptime_ms", figures.uptime.count() / 1000)
      .member("api_version", 4)
      .member("queue_depth", 0);
  write_machine(json, figures);
  write_storage(json, figures.storage);
  write_showing(json, figures.engine);
  write_player(json, figures.engine);
  json.key("source").raw(figures.source_json).key("stream").raw(figures.stream_json);
  write_decoders(json, figures.decoders);
  json.key("uploads").begin_object().member("accepted", figures.uploads.accepted);
  json.member("refused", figures.uploads.refused).end_object();
  return json.end_object().take();
}

}  // namespace p3a
