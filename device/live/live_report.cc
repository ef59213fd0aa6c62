// What is told: to clients, in GET /status and in GET /network/stats.
#include "core/compose/region.h"
#include "device/live/live_state.h"

namespace p3a {
namespace {

void write_error(JsonWriter& json, const std::optional<Error>& error) {
  json.key("last_error");
  if (!error) {
    json.null();
    return;
  }
  json.begin_object().member("code", code_name(error->code));
  json.member("error", error->message.view()).end_object();
}

void write_client(JsonWriter& json, const StreamEntry& entry) {
  json.member("id", entry.id).member("address", entry.address).member("name", entry.shown_name());
  if (entry.stalled) json.member("stalled", true);
}

}  // namespace

void LiveState::send_hello(StreamEntry& entry) {
  const Config& config = *config_;
  const Size panel{config.panel.width, config.panel.height};
  entry.outbox->send_text(hello_text({.name = config.mdns.name,
                                      .id = services_.id,
                                      .version = services_.version,
                                      .size = upright_size(panel, config.panel.rotation),
                                      .format = config.panel.format,
                                      .refresh_hz = config.panel.refresh_hz,
                                      .jpeg_only = config.stream.jpeg_only,
                                      .mixed = takes_mixed(),
                                      .limits = limits(),
                                      .picture_limits = image_limits_of(config),
                                      .queue_depth = queue_depth(),
                                      .p3x_table_bits = services_.capacities.p3x_table_bits,
                                      .p3x_picture_bytes = services_.capacities.p3x_picture_bytes,
                                      .timeout_s = config.stream.timeout_s,
                                      .source = on_panel(),
                                      .now = services_.clock.now()}));
}

void LiveState::tell_source() {
  SourceNews news;
  news.owner = on_panel();
  if (owner_.source == Source::kStream) news.name = owner_name_;
  news.reason = arbiter_.reason();
  news.waiting = arbiter_.waiting_streams().size();
  for (const auto& entry : entries_) {
    news.you = owner_.source == Source::kStream && owner_.stream == entry->id;
    entry->outbox->send_text(source_text(news));
  }
}

void LiveState::send_stats(StreamEntry& entry, Instant now) {
  entry.next_stats = now + kAskEvery;
  const bool watcher = entry.counted.frames_in() == 0;
  const bool you = owner_.source == Source::kStream && owner_.stream == entry.id;
  StreamFigures figures = (watcher ? total_ : entry.counted).recent(now);
  figures.waiting = watcher || you ? queue_.size() : 0;
  entry.outbox->send_text(stats_text(figures, on_panel(), you, now));
}

// Who has the panel; of the rotation, whether it has a picture.
Source LiveState::on_panel() const {
  if (owner_.source != Source::kRotation || stopped_) return owner_.source;
  const FrameRef shown = services_.stage.shown();
  return !shown || shown->source == Source::kSplash ? Source::kSplash : Source::kRotation;
}

std::string LiveState::source_json() const {
  const std::lock_guard lock(mutex_);
  JsonWriter json;
  json.begin_object().member("owner", source_name(on_panel()));
  if (const StreamEntry* entry = find(owner_.stream); entry != nullptr)
    write_client(json, *entry);
  else if (owner_.source == Source::kStream)
    json.member("name", owner_name_);
  json.member("held", owner_.held).member("reason", reason_name(arbiter_.reason()));
  json.key("waiting").begin_array();
  for (const StreamId id : arbiter_.waiting_streams()) {
    const StreamEntry* entry = find(id);
    if (entry == nullptr) continue;
    json.begin_object().member("source", "stream");
    write_client(json, *entry);
    json.end_object();
  }
  if (arbiter_.raw_waits()) json.begin_object().member("source", "raw").end_object();
  if (owner_.source != Source::kRotation)
    json.begin_object().member("source", "rotation").end_object();
  json.end_array().key("released").begin_array();
  for (const StreamId id : arbiter_.released_streams()) {
    const StreamEntry* entry = find(id);
    if (entry == nullptr) continue;
    json.begin_object();
    write_client(json, *entry);
    json.end_object();
  }
  return json.end_array().end_object().take();
}

std::string LiveState::stream_json() const {
  const std::lock_guard lock(mutex_);
  const StreamCounts counts = total_.counts(services_.clock.now());
  JsonWriter json;
  json.begin_object().member("mode",
                             config_->stream.mode == StreamMode::kWebsocket ? "websocket" : "off");
  json.member("clients", entries_.size()).member("waiting", queue_.size());
  json.member("frames_in", counts.frames_in).member("presented", counts.presented);
  json.member("dropped", counts.dropped).member("fps", counts.fps);
  return json.end_object().take();
}

LiveFigures LiveState::figures() {
  const std::lock_guard lock(mutex_);
  LiveFigures figures{.streams = total_.overall(services_.clock.now()),
                      .clients = entries_.size(),
                      .connections = connections_,
                      .raw = raw_counts_};
  figures.streams.waiting = queue_.size();
  return figures;
}

void LiveState::write_network_stats(JsonWriter& json) {
  const std::lock_guard lock(mutex_);
  const Instant now = services_.clock.now();
  json.key("total").begin_object().member("clients", entries_.size());
  json.member("connections", connections_);
  StreamFigures total = total_.overall(now);
  total.waiting = queue_.size();
  write_figures(json, total);
  write_error(json, total_.last_error());
  json.end_object().key("clients").begin_array();
  for (const auto& entry : entries_) {
    const bool owns = owner_.source == Source::kStream && owner_.stream == entry->id;
    StreamFigures figures = entry->counted.overall(now);
    figures.waiting = owns ? queue_.size() : 0;
    json.begin_object();
    write_client(json, *entry);
    json.member("owner", owns);
    json.member("connected_s", (now - entry->connected).count() / 1'000'000);
    json.member("reconnects", peers_.reconnects(entry->peer));
    write_figures(json, figures);
    write_error(json, entry->counted.last_error());
    json.end_object();
  }
  json.end_array().key("raw").begin_object().member("received", raw_counts_.received);
  json.member("bytes_in", raw_counts_.bytes).member("shown", raw_counts_.shown);
  json.member("refused", raw_counts_.refused);
  write_error(json, raw_counts_.last_error);
  json.end_object();
}

}  // namespace p3a
