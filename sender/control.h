// The text messages of docs/PROTOCOL.md section 5, as the client's end sees them.
//
// In: a text from the display. Out: what it says, or nothing for what is to be ignored: types of
// tomorrow, and what is no message at all. Pure; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "sender/frame_encoder.h"

namespace p3a::sender {

struct HelloMessage {
  std::string name;
  std::string source;  ///< what is on the panel
  PanelFacts panel;
};
struct AckMessage {
  std::uint64_t frame = 0;           ///< binary message of this connection, from 1
  std::optional<Instant> presented;  ///< in the display's clock; nothing: dropped
  std::optional<Instant> received;   ///< in the display's clock
  std::string dropped;               ///< why
};
struct PongMessage {
  Instant t0{};  ///< ours
  Instant t1{};  ///< the display's
  Instant t2{};  ///< the display's
};
struct SourceMessage {
  std::string owner;
  std::string reason;
  bool you = false;
};
struct ErrorMessage {
  std::string error;
};
struct KeyRequest {};

using ControlMessage = std::variant<HelloMessage, AckMessage, PongMessage, SourceMessage,
                                    PanelTouch, ErrorMessage, KeyRequest>;

std::optional<ControlMessage> read_control(std::string_view text);

std::string write_hello(std::string_view name, bool acks, bool touch);
/// Whether the program makes pictures.
std::string write_stalled(bool stalled);
std::string write_ping(Instant t0);

}  // namespace p3a::sender
