#include "ports/esp32p4/panel/dsi_panel.h"

#include <cstring>

namespace p3a {

Result<std::unique_ptr<DsiPanel>> DsiPanel::start(esp_lcd_panel_handle_t panel, Size size,
                                                  PixelFormat format, TouchSource* touch) {
  std::unique_ptr<DsiPanel> made(new DsiPanel(panel, size, format, touch));
  made->refreshed_ = xSemaphoreCreateBinary();
  if (made->refreshed_ == nullptr)
    return fail(ErrorCode::kInternal, "there is no internal memory for the panel's semaphore");
  auto& buffers = made->buffers_;
  if (esp_lcd_dpi_panel_get_frame_buffer(panel, kBuffers, &buffers[0], &buffers[1], &buffers[2]) !=
      ESP_OK)
    return fail(ErrorCode::kInternal,
                "the panel has no three frame buffers: is PSRAM switched on?");
  esp_lcd_dpi_panel_event_callbacks_t callbacks{};
  callbacks.on_refresh_done = &DsiPanel::on_refresh_done;
  if (esp_lcd_dpi_panel_register_event_callbacks(panel, &callbacks, made.get()) != ESP_OK)
    return fail(ErrorCode::kInternal, "the panel's driver tells no vertical sync");
  return made;
}

DsiPanel::~DsiPanel() {
  const esp_lcd_dpi_panel_event_callbacks_t none{};
  esp_lcd_dpi_panel_register_event_callbacks(panel_, &none, nullptr);
  if (refreshed_ != nullptr) vSemaphoreDelete(refreshed_);
}

// From the interrupt, each time that a frame has been scanned out and the next one begins.
bool DsiPanel::on_refresh_done(esp_lcd_panel_handle_t, esp_lcd_dpi_panel_event_data_t*,
                               void* self) {
  BaseType_t woken = pdFALSE;
  xSemaphoreGiveFromISR(static_cast<DsiPanel*>(self)->refreshed_, &woken);
  return woken == pdTRUE;
}

Status DsiPanel::present(const Canvas& canvas) {
  if (canvas.size != size_ || canvas.format != format_)
    return fail(ErrorCode::kInternal, "a frame of another size or format than the panel's");
  // The third, not the one before: when the sync came in the middle of the last call, that one may
  // be scanned out for one frame more.
  const std::uint32_t next = (shown_ + 1) % kBuffers;
  auto* const out = static_cast<std::uint8_t*>(buffers_[next]);
  const std::size_t row_bytes = size_.width * bytes_per_pixel(format_);
  if (canvas.stride == row_bytes) {
    std::memcpy(out, canvas.pixels, row_bytes * size_.height);
  } else {
    for (std::uint32_t y = 0; y < size_.height; ++y)
      std::memcpy(out + y * row_bytes, canvas.row(y), row_bytes);
  }
  xSemaphoreTake(refreshed_, 0);  // of a frame before
  // With a buffer of its own, the driver writes back the cache and swaps, and copies nothing.
  if (esp_lcd_panel_draw_bitmap(panel_, 0, 0, static_cast<int>(size_.width),
                                static_cast<int>(size_.height), out) != ESP_OK)
    return fail(ErrorCode::kInternal, "the panel's driver takes no frame: restart the display");
  shown_ = next;
  if (xSemaphoreTake(refreshed_, pdMS_TO_TICKS(kSyncTimeoutMs)) != pdTRUE)
    return fail(ErrorCode::kInternal,
                "the panel gives no vertical sync: its cable, or PSRAM too slow for it");
  return {};
}

PanelEvents DsiPanel::poll() {
  PanelEvents events;
  if (touch_ != nullptr) events.touches = touch_->poll();
  return events;
}

}  // namespace p3a
