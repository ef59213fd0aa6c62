#include "sender/control.h"

#include "sender/json_object.h"

namespace p3a::sender {
namespace {

constexpr std::uint32_t kMostPictures = 64U << 20;  // of our own memory, whatever the display has

using Read = std::optional<ControlMessage>;

constexpr FrameFormat kFormats[] = {
    FrameFormat::kJpeg,   FrameFormat::kPng,      FrameFormat::kWebp, FrameFormat::kRgb565,
    FrameFormat::kRgb888, FrameFormat::kPixelArt, FrameFormat::kMixed};

// What is no rate of a panel is not kept to.
constexpr double kSlowestPanel = 0.01;
constexpr double kFastestPanel = 1000;

std::uint32_t u32(const JsonObject& json, std::string_view name, std::uint32_t otherwise) {
  const auto value = json.whole(name);
  return value && *value >= 0 && *value <= UINT32_MAX ? static_cast<std::uint32_t>(*value)
                                                      : otherwise;
}

std::optional<Instant> instant(const JsonObject& json, std::string_view name) {
  // Beyond 2^53 µs no clock goes (and JSON's numbers neither).
  const auto value = json.whole(name);
  if (!value || *value > (1ll << 53) || *value < -(1ll << 53)) return std::nullopt;
  return Instant(Micros(*value));
}

Read read_hello(const JsonObject& json) {
  HelloMessage hello;
  hello.panel.size = {u32(json, "width", 0), u32(json, "height", 0)};
  if (hello.panel.size.pixels() == 0 || hello.panel.size.width > kMaxComposedSide ||
      hello.panel.size.height > kMaxComposedSide) {
    return std::nullopt;
  }
  hello.name = json.text("name").value_or("");
  hello.source = json.text("source").value_or("");
  const double hz = json.number("refresh_hz").value_or(0);
  hello.panel.refresh_hz = hz >= kSlowestPanel && hz <= kFastestPanel ? hz : 0;
  hello.panel.formats = 0;
  for (const std::string& name : json.texts("formats")) {
    for (const FrameFormat format : kFormats) {
      if (name == frame_format_name(format)) hello.panel.formats |= PanelFacts::bit_of(format);
    }
  }
  if (const auto limits = json.object("limits")) {
    const std::uint32_t table_bits = u32(*limits, "p3x_table_bits", 0);
    if (hello.panel.takes(FrameFormat::kPixelArt) && table_bits >= p3x::kMinTableBits) {
      hello.panel.p3x = P3xLimits{
          .table_bits = static_cast<std::uint8_t>(std::min(table_bits, p3x::kMaxTableBits)),
          .picture_bytes = std::min(u32(*limits, "p3x_picture_bytes", 0), kMostPictures)};
    }
    FrameLimits& known = hello.panel.limits;
    known.max_lossy_bytes = u32(*limits, "max_frame_bytes", known.max_lossy_bytes);
    known.max_lossless_bytes = u32(*limits, "max_lossless_bytes", known.max_lossless_bytes);
  }
  return hello;
}

Read read_ack(const JsonObject& json) {
  AckMessage ack{.frame = u32(json, "frame", 0), .presented = {}, .received = {}, .dropped = {}};
  ack.presented = instant(json, "presented_us");
  ack.received = instant(json, "received_us");
  ack.dropped = json.text("dropped").value_or("");
  if (ack.frame == 0 || (!ack.presented && ack.dropped.empty())) return std::nullopt;
  return ack;
}

Read read_pong(const JsonObject& json) {
  const auto t0 = instant(json, "t0_us");
  const auto t1 = instant(json, "t1_us");
  const auto t2 = instant(json, "t2_us");
  if (!t0 || !t1 || !t2) return std::nullopt;
  return PongMessage{*t0, *t1, *t2};
}

Read read_source(const JsonObject& json) {
  const auto you = json.flag("you");
  if (!you) return std::nullopt;
  return SourceMessage{.owner = json.text("owner").value_or(""),
                       .reason = json.text("reason").value_or(""),
                       .you = *you};
}

Read read_touch(const JsonObject& json) {
  const std::string kind = json.text("kind").value_or("");
  if (kind != "down" && kind != "move" && kind != "up") return std::nullopt;
  return PanelTouch{.kind = kind == "down" ? PanelTouch::Kind::kDown
                            : kind == "up" ? PanelTouch::Kind::kUp
                                           : PanelTouch::Kind::kMove,
                    .id = u32(json, "id", 0),
                    .x = u32(json, "x", 0),
                    .y = u32(json, "y", 0)};
}

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  }
  out += '"';
}

}  // namespace

std::optional<ControlMessage> read_control(std::string_view text) {
  const auto json = JsonObject::parse(text);
  const std::string type = json ? json->text("type").value_or("") : "";
  if (type == "ack") return read_ack(*json);
  if (type == "pong") return read_pong(*json);
  if (type == "hello") return read_hello(*json);
  if (type == "source") return read_source(*json);
  if (type == "touch") return read_touch(*json);
  if (type == "error") return ErrorMessage{json->text("error").value_or("")};
  if (type == "key_request") return KeyRequest{};
  return std::nullopt;
}

std::string write_hello(std::string_view name, bool acks, bool touch) {
  std::string text = R"({"type":"hello","name":)";
  append_quoted(text, name);
  text += acks ? R"(,"acks":true)" : R"(,"acks":false)";
  text += touch ? R"(,"touch":true})" : R"(,"touch":false})";
  return text;
}

std::string write_stalled(bool stalled) {
  return stalled ? R"({"type":"hello","stalled":true})" : R"({"type":"hello","stalled":false})";
}

std::string write_ping(Instant t0) {
  return R"({"type":"ping","t0_us":)" + std::to_string(t0.time_since_epoch().count()) + "}";
}

}  // namespace p3a::sender
