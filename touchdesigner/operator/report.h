// What the operator shows of itself: Info CHOP, Info DAT, warning, error, popup.
//
// In: a Report, which the worker fills and each cook copies. Out: names, numbers and texts. Taking
// a report takes no memory; texts are made when somebody looks. Plain values; one thread at a time.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>

#include "touchdesigner/operator/text.h"

namespace p3a::td {

enum class State : std::uint8_t { kOff, kConnecting, kLive, kWaiting, kStalled, kInvalid };
std::string_view state_name(State state);

/// The Info CHOP's error_code; the guide lists them.
enum class Trouble : std::uint8_t {
  kNone = 0,
  kNoDisplay = 1,  ///< not reached, or gone
  kNotFound = 2,   ///< the display that was picked is not on the network
  kRefused = 3,    ///< the display said no
  kNotOwner = 4,   ///< something else has the panel
  kNoInput = 5,    ///< nothing that could be sent
  kInvalid = 6,    ///< a parameter cannot work
  kStalled = 7,    ///< TouchDesigner does not cook this operator
};

struct LoggedError {
  Text<8> time;  ///< "12:34:56", local
  Text<200> what;
};

struct Report {
  State state = State::kOff;
  Trouble trouble = Trouble::kNone;
  Text<255> message;  ///< what is the matter, and what to do; empty: nothing is
  Text<127> display;
  Text<255> address;
  Text<31> owner;    ///< what is on the panel, where it is not us
  Text<200> upload;  ///< how the last upload ended
  std::uint32_t panel_width = 0;
  std::uint32_t panel_height = 0;
  std::uint64_t frames_in = 0;
  std::uint64_t frames_sent = 0;
  std::uint64_t frames_shown = 0;
  std::uint64_t frames_dropped = 0;
  std::uint64_t bytes_sent = 0;
  std::uint64_t reconnects = 0;
  std::uint32_t queue = 0;  ///< frames that wait or are on their way
  double fps_sent = 0;
  double fps_shown = 0;
  double encode_ms = 0;
  double send_ms = 0;
  double round_trip_ms = 0;
  double latency_p50_ms = 0;
  double latency_p99_ms = 0;
  double kilobytes_per_frame = 0;
  double kilobits_per_second = 0;
  int quality = 0;
  // The finger, for one cook at least.
  bool touched = false;
  std::uint32_t touch_x = 0;
  std::uint32_t touch_y = 0;

  static constexpr std::size_t kErrors = 5;
  std::array<LoggedError, kErrors> errors{};  ///< newest first; empty ones have no time
  /// Puts it first, unless it is the newest already.
  void log(std::string_view time, std::string_view what);
};

struct Channel {
  const char* name;
  double (*value)(const Report&);
};
std::span<const Channel> channels();

struct Row {
  std::string name;
  std::string value;
};
inline constexpr std::size_t kRows = 25;
Row row(const Report& report, std::size_t index);

/// "": none. A display that is missing is a warning, a setup that cannot work is an error.
std::string_view warning(const Report& report);
std::string_view error(const Report& report);
std::string popup(const Report& report);

}  // namespace p3a::td
