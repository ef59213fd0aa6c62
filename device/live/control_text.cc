#include "device/live/control_text.h"

#include <cmath>

#include "device/live/p3x_show.h"

namespace p3a {
namespace {

constexpr std::int64_t kLargestTime = std::int64_t{1} << 53;  // what every JSON writer can say

const Value* find(const Patch& members, std::string_view name) {
  const Value* found = nullptr;
  for (const PatchEntry& entry : members)
    if (entry.key == name) found = &entry.value;
  return found;
}

Status read_flag(const Patch& members, std::string_view name, std::optional<bool>& out) {
  const Value* value = find(members, name);
  if (value == nullptr) return {};
  const bool* flag = std::get_if<bool>(value);
  if (flag == nullptr) return fail(ErrorCode::kInvalidValue, "\"", name, "\" is true or false");
  out = *flag;
  return {};
}

Result<ClientMessage> read_hello(const Patch& members) {
  ClientHello hello;
  if (const Value* value = find(members, "name")) {
    const auto* name = std::get_if<std::string>(value);
    if (name == nullptr || name->size() > kMaxClientNameBytes) {
      return fail(ErrorCode::kInvalidValue, "\"name\" is a text of up to ", kMaxClientNameBytes,
                  " bytes");
    }
    hello.name = *name;
  }
  Status read = read_flag(members, "acks", hello.acks);
  if (read) read = read_flag(members, "stats", hello.stats);
  if (read) read = read_flag(members, "touch", hello.touch);
  if (read) read = read_flag(members, "stalled", hello.stalled);
  if (!read) return std::unexpected(read.error());
  return hello;
}

Result<ClientMessage> read_ping(const Patch& members) {
  const Value* value = find(members, "t0_us");
  std::optional<std::int64_t> t0;
  if (value != nullptr) {
    if (const auto* whole = std::get_if<std::int64_t>(value)) t0 = *whole;
    // 1000.0: some JSON writers know no integers.
    const auto* number = std::get_if<double>(value);
    if (number != nullptr && std::abs(*number) <= static_cast<double>(kLargestTime) &&
        std::trunc(*number) == *number) {
      t0 = static_cast<std::int64_t>(*number);
    }
  }
  if (!t0 || *t0 > kLargestTime || *t0 < -kLargestTime) {
    return fail(ErrorCode::kInvalidValue, "a ping has \"t0_us\", a whole number of microseconds");
  }
  return Ping{*t0};
}

JsonWriter begin(std::string_view type) {
  JsonWriter json;
  json.begin_object().member("type", type);
  return json;
}

std::string end(JsonWriter& json) { return json.end_object().take(); }

std::int64_t micros(Instant at) { return at.time_since_epoch().count(); }

void write_label(JsonWriter& json, const FrameLabel& frame) {
  json.member("frame", frame.number);
  if (frame.sequence) json.member("sequence", *frame.sequence);
}

void write_percentiles(JsonWriter& json, std::string_view stage, const Percentiles& latency) {
  json.key(stage).begin_object().member("p50", latency.p50.count());
  json.member("p99", latency.p99.count()).end_object();
}

std::string_view kind_name(TouchEvent::Kind kind) {
  if (kind == TouchEvent::Kind::kDown) return "down";
  return kind == TouchEvent::Kind::kMove ? "move" : "up";
}

}  // namespace

Result<ClientMessage> parse_client_message(PatchParser& parser, std::string_view text) {
  if (text.size() > kMaxControlBytes) {
    return fail(ErrorCode::kPayloadTooLarge, "a text message has at most ", kMaxControlBytes,
                " bytes; this one has ", text.size());
  }
  const auto members = parser.parse_message(text);
  if (!members) return std::unexpected(members.error());
  const Value* type_value = find(*members, "type");
  const auto* type = type_value == nullptr ? nullptr : std::get_if<std::string>(type_value);
  if (type == nullptr) {
    return fail(ErrorCode::kInvalidValue,
                "a message has a member \"type\": \"hello\", \"ping\", \"take\" or \"release\"");
  }
  if (*type == "hello") return read_hello(*members);
  if (*type == "ping") return read_ping(*members);
  if (*type == "take") return Take{};
  if (*type == "release") return Release{};
  return fail(ErrorCode::kBadRequest, "\"", type->substr(0, 40),
              "\" is no type of message that a display takes: hello, ping, take, release");
}

std::string_view drop_name(Drop drop) {
  switch (drop) {
    case Drop::kQueueFull:
      return "queue_full";
    case Drop::kSuperseded:
      return "superseded";
    case Drop::kLate:
      return "late";
    case Drop::kNeedsKey:
      return "needs_key";
    case Drop::kNotOwner:
      return "not_owner";
    case Drop::kDecodeFailed:
      return "decode_failed";
    case Drop::kRefused:
      return "refused";
  }
  return "";
}

std::string hello_text(const DisplayHello& hello) {
  JsonWriter json = begin("hello");
  json.member("version", 1).member("name", hello.name).member("id", hello.id);
  json.member("program", "p3a-display").member("program_version", hello.version);
  json.member("width", hello.size.width).member("height", hello.size.height);
  json.member("pixel_format", hello.format == PixelFormat::kRgb888 ? "rgb888" : "rgb565");
  json.member("refresh_hz", hello.refresh_hz).key("formats").begin_array().value("jpeg");
  if (!hello.jpeg_only)
    json.value("png").value("webp").value("rgb565").value("rgb888").value("pixelart");
  if (!hello.jpeg_only && hello.mixed) json.value("mixed");
  json.end_array().key("limits").begin_object();
  json.member("max_frame_bytes", hello.limits.max_lossy_bytes);
  json.member("max_lossless_bytes", hello.limits.max_lossless_bytes);
  json.member("max_picture_width", hello.picture_limits.max_width);
  json.member("max_picture_height", hello.picture_limits.max_height);
  json.member("max_text_bytes", kMaxControlBytes);
  json.member("p3x_table_bits", hello.p3x_table_bits);
  json.member("p3x_picture_bytes", hello.p3x_picture_bytes).end_object();
  json.member("queue_depth", hello.queue_depth).member("timeout_s", hello.timeout_s);
  json.member("source", source_name(hello.source)).member("now_us", micros(hello.now));
  return end(json);
}

std::string ack_text(const FrameLabel& frame, const FrameTimes& times) {
  JsonWriter json = begin("ack");
  write_label(json, frame);
  json.member("received_us", micros(times.received)).member("decoded_us", micros(times.decoded));
  json.member("presented_us", micros(times.presented));
  return end(json);
}

std::string ack_text(const FrameLabel& frame, const FrameTimes& times, Drop drop) {
  JsonWriter json = begin("ack");
  write_label(json, frame);
  json.member("received_us", micros(times.received));
  if (times.decoded != Instant{}) json.member("decoded_us", micros(times.decoded));
  json.member("dropped", drop_name(drop));
  return end(json);
}

std::string error_text(const Error& error, const FrameLabel* frame) {
  JsonWriter json = begin("error");
  json.member("code", code_name(error.code)).member("error", error.message.view());
  if (frame != nullptr) write_label(json, *frame);
  return end(json);
}

std::string pong_text(const Ping& ping, Instant received, Instant sent) {
  JsonWriter json = begin("pong");
  json.member("t0_us", ping.t0_us).member("t1_us", micros(received)).member("t2_us", micros(sent));
  return end(json);
}

std::string touch_text(const TouchEvent& touch, Instant at) {
  JsonWriter json = begin("touch");
  json.member("kind", kind_name(touch.kind)).member("id", touch.id).member("x", touch.x);
  json.member("y", touch.y).member("time_us", micros(at));
  return end(json);
}

std::string key_request_text(std::string_view reason) {
  JsonWriter json = begin("key_request");
  json.member("reason", reason);
  return end(json);
}

std::string source_text(const SourceNews& news) {
  JsonWriter json = begin("source");
  json.member("owner", source_name(news.owner));
  if (news.name) json.member("name", *news.name);
  json.member("you", news.you).member("reason", reason_name(news.reason));
  json.member("waiting", news.waiting);
  return end(json);
}

void write_figures(JsonWriter& json, const StreamFigures& figures) {
  json.member("frames_in", figures.frames_in).member("bytes_in", figures.bytes_in);
  json.member("presented", figures.presented).key("dropped").begin_object();
  for (std::size_t i = 0; i < kDrops; ++i)
    json.member(drop_name(static_cast<Drop>(i)), figures.dropped[i]);
  json.end_object().member("fps", figures.fps).member("jitter_us", figures.jitter.count());
  json.member("waiting", figures.waiting).key("latency_us").begin_object();
  write_percentiles(json, "queue", figures.latency.queue);
  write_percentiles(json, "decode", figures.latency.decode);
  write_percentiles(json, "present", figures.latency.present);
  write_percentiles(json, "total", figures.latency.total);
  json.end_object();
}

std::string stats_text(const StreamFigures& figures, Source source, bool you, Instant now) {
  JsonWriter json = begin("stats");
  json.member("now_us", micros(now));
  write_figures(json, figures);
  json.member("source", source_name(source)).member("you", you);
  return end(json);
}

}  // namespace p3a
