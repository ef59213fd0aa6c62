// The ESP32-P4's limits around this machine's parts, for p3a-display --profile esp32p4.
#pragma once

#include <string_view>

#include "ports/linux/profile/chip_decoders.h"
#include "ports/linux/profile/chip_figures.h"
#include "ports/linux/profile/pause.h"
#include "ports/linux/profile/slow_link.h"
#include "ports/linux/profile/throttled_disk.h"

namespace p3a {

struct SimulatedChip {
  SimulatedChip(Clock& clock, Disk& disk_, Decoders& decoders_)
      : pause(clock), disk(disk_, clock, pause), decoders(decoders_, clock, pause) {}

  static constexpr std::string_view kBoard = "ESP32-P4";
  static LinkLimits link() {
    return {.bytes_per_second = chip::kWifiBytes.value,
            .window_bytes = static_cast<std::size_t>(chip::kTcpWindow.value),
            .segment_bytes = static_cast<std::size_t>(chip::kSegment.value),
            .round_trip = Micros(static_cast<std::int64_t>(chip::kRoundTrip.value))};
  }

  ClockPause pause;
  ThrottledDisk disk;
  ChipDecoders decoders;
};

}  // namespace p3a
