// The GT911, the board's touch controller, over I2C: up to five fingers, each with a number that
// it keeps as long as it lies on the panel.
//
// Registers (Goodix GT911 programming guide): 0x814E says in bit 7 that there is news and in bits 0
// to 3 how many fingers there are; from 0x814F on 8 bytes for each: number, x, y and size as 16-bit
// little-endian words, one byte unused. Writing 0 to 0x814E asks for the next report.
#pragma once

#include <driver/i2c_master.h>

#include <array>
#include <optional>

#include "ports/esp32p4/panel/touch_source.h"

namespace p3a {

struct Gt911Finger {
  std::uint8_t id = 0;
  std::uint32_t x = 0;
  std::uint32_t y = 0;
};

struct Gt911Report {
  static constexpr std::size_t kMost = 5;
  static constexpr std::size_t kFingerBytes = 8;
  /// The status byte and every finger.
  static constexpr std::size_t kBytes = 1 + kMost * kFingerBytes;

  std::array<Gt911Finger, kMost> fingers{};
  std::size_t count = 0;
};

/// Nothing: no news, or nonsense (more fingers than there can be, twice the same). Fingers beside
/// the panel are moved to its edge. Pure.
std::optional<Gt911Report> parse_gt911(ByteView registers, Size panel);

/// What changed from one report to the next. Pure.
std::vector<TouchEvent> gt911_events(const Gt911Report& before, const Gt911Report& now);

class Gt911 final : public TouchSource {
 public:
  /// Error: kInternal (nobody answers).
  static Result<std::unique_ptr<Gt911>> start(i2c_master_bus_handle_t bus, Size panel);
  Gt911(const Gt911&) = delete;
  Gt911& operator=(const Gt911&) = delete;
  ~Gt911() override;
  /// A bus that fails for a moment is no touch, and the fingers stay where they are.
  std::vector<TouchEvent> poll() override;

 private:
  Gt911(i2c_master_dev_handle_t device, Size panel) : device_(device), panel_(panel) {}

  i2c_master_dev_handle_t const device_;
  const Size panel_;
  Gt911Report last_;
};

}  // namespace p3a
