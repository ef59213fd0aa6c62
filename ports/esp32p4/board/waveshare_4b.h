// The Waveshare ESP32-P4-WIFI6-Touch-LCD-4B: its panel (ST7703, 720 x 720, two DSI lanes), the bus
// of its touch controller, its card. One thread, at the start.
//
// Pins and voltages from Waveshare's schematic and board support package: backlight enable 33,
// dimming 26 (low is bright), panel reset 27, touch reset 23, I2C 7 and 8, card in slot 0 on 39 to
// 44; the chip's own regulators 3 (2.5 V, DSI) and 4 (card).
#pragma once

#include <driver/i2c_master.h>
#include <esp_lcd_panel_ops.h>

#include "core/base/error.h"
#include "core/base/geometry.h"

namespace p3a::waveshare_4b {

inline constexpr Size kPanel{720, 720};

/// With `buffers` frame buffers of RGB565, lit. Error: kInternal with the step that failed.
Result<esp_lcd_panel_handle_t> start_panel(std::uint8_t buffers);

/// Where the touch controller answers, after its reset. Error: kInternal.
Result<i2c_master_bus_handle_t> start_touch_bus();

/// Mounts the card at `path` as FatFs' first drive, "0:". Error: kStorageUnavailable.
Status mount_card(const char* path);

}  // namespace p3a::waveshare_4b
