// The panel behind the chip's DSI controller: three frame buffers in PSRAM, of which one is scanned
// out; a swap takes effect between two frames.
//
// A frame is copied into a buffer that neither is scanned out nor was until the last swap, and then
// becomes the one that is: never is a half-drawn buffer seen. present() returns with the vertical
// sync that shows it. The presenting thread only; the driver's callback comes from an interrupt.
#pragma once

#include <esp_lcd_mipi_dsi.h>
#include <esp_lcd_panel_ops.h>
#include <freertos/FreeRTOS.h>
#include <freertos/semphr.h>

#include <array>
#include <memory>

#include "device/ports.h"
#include "ports/esp32p4/panel/touch_source.h"

namespace p3a {

class DsiPanel final : public Panel {
 public:
  static constexpr std::uint32_t kBuffers = 3;
  /// Six frames of 60 Hz: the controller stands still.
  static constexpr std::uint32_t kSyncTimeoutMs = 100;

  /// `panel`: made with kBuffers frame buffers of that size and format; it stays the caller's.
  /// `touch` may be null. Error: kInternal.
  static Result<std::unique_ptr<DsiPanel>> start(esp_lcd_panel_handle_t panel, Size size,
                                                 PixelFormat format, TouchSource* touch);
  DsiPanel(const DsiPanel&) = delete;
  DsiPanel& operator=(const DsiPanel&) = delete;
  ~DsiPanel() override;

  /// Errors: kInternal (another size or format, the driver refuses, no vertical sync).
  Status present(const Canvas& canvas) override;
  PanelEvents poll() override;
  bool wants_events() const override { return touch_ != nullptr; }

 private:
  DsiPanel(esp_lcd_panel_handle_t panel, Size size, PixelFormat format, TouchSource* touch)
      : panel_(panel), size_(size), format_(format), touch_(touch) {}
  static bool on_refresh_done(esp_lcd_panel_handle_t panel, esp_lcd_dpi_panel_event_data_t* event,
                              void* self);

  esp_lcd_panel_handle_t const panel_;
  const Size size_;
  const PixelFormat format_;
  TouchSource* const touch_;
  SemaphoreHandle_t refreshed_ = nullptr;
  std::array<void*, kBuffers> buffers_{};
  std::uint32_t shown_ = 0;
};

}  // namespace p3a
