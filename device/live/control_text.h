// The text messages of a stream: what a client says, and what the display says to it
// (docs/PROTOCOL.md, section 5). Pure; any thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "core/wire/frame_message.h"
#include "device/capacities.h"
#include "device/json.h"
#include "device/live/arbiter.h"
#include "device/live/latency.h"
#include "device/ports.h"

namespace p3a {

inline constexpr std::size_t kMaxControlBytes = 4096;
inline constexpr std::size_t kMaxClientNameBytes = 64;

/// A member that was left out stays as it was.
struct ClientHello {
  std::optional<std::string> name;
  std::optional<bool> acks;
  std::optional<bool> stats;
  std::optional<bool> touch;
  std::optional<bool> stalled;
};
struct Ping {
  std::int64_t t0_us = 0;
};
struct Take {};
struct Release {};
using ClientMessage = std::variant<ClientHello, Ping, Take, Release>;

/// Errors: kPayloadTooLarge, kInvalidJson, kInvalidValue, kBadRequest (a type that is not known
/// here).
Result<ClientMessage> parse_client_message(PatchParser& parser, std::string_view text);

/// Why a frame was not shown. The order is that of the stats message.
enum class Drop : std::uint8_t {
  kQueueFull,
  kSuperseded,
  kLate,
  kNeedsKey,
  kNotOwner,
  kDecodeFailed,
  kRefused,
};
inline constexpr std::size_t kDrops = 7;
std::string_view drop_name(Drop drop);

/// A binary message of a connection, as the display speaks of it.
struct FrameLabel {
  std::uint64_t number = 0;  ///< counts the binary messages of the connection, from 1
  std::optional<std::uint32_t> sequence;
};

struct DisplayHello {
  std::string_view name;
  std::string_view id;
  std::string_view version;
  Size size;  ///< of the upright picture
  PixelFormat format = PixelFormat::kRgb888;
  std::uint32_t refresh_hz = 0;
  bool jpeg_only = false;
  bool mixed = true;  ///< takes mixed frames
  FrameLimits limits;
  ImageLimits picture_limits;
  std::uint32_t queue_depth = 0;
  std::uint8_t p3x_table_bits = Capacities().p3x_table_bits;
  std::uint32_t p3x_picture_bytes = Capacities().p3x_picture_bytes;
  double timeout_s = 0;
  Source source = Source::kSplash;
  Instant now;
};
std::string hello_text(const DisplayHello& hello);

std::string ack_text(const FrameLabel& frame, const FrameTimes& times);
std::string ack_text(const FrameLabel& frame, const FrameTimes& times, Drop drop);
std::string error_text(const Error& error, const FrameLabel* frame = nullptr);
std::string pong_text(const Ping& ping, Instant received, Instant sent);
std::string touch_text(const TouchEvent& touch, Instant at);
std::string key_request_text(std::string_view reason);

struct SourceNews {
  Source owner = Source::kSplash;
  std::optional<std::string_view> name;  ///< of the stream that owns the panel
  bool you = false;
  Arbiter::Reason reason = Arbiter::Reason::kStarted;
  std::size_t waiting = 0;  ///< streams
};
std::string source_text(const SourceNews& news);

/// Of one client, or of all together.
struct StreamFigures {
  std::uint64_t frames_in = 0;
  std::uint64_t bytes_in = 0;
  std::uint64_t presented = 0;
  std::array<std::uint64_t, kDrops> dropped{};
  double fps = 0;
  Micros jitter{};
  std::size_t waiting = 0;  ///< frames in the queue
  LatencyFigures latency;
};
/// The members of a JSON object, for the stats message and GET /network/stats alike.
void write_figures(JsonWriter& json, const StreamFigures& figures);
std::string stats_text(const StreamFigures& figures, Source source, bool you, Instant now);

}  // namespace p3a
