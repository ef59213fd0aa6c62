// A fake controller behind the driver's declarations: it scans one of its buffers out at a time,
// and swaps between two frames.
#include "ports/esp32p4/panel/dsi_panel.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdarg>
#include <functional>

namespace {

constexpr std::size_t kBytes = 8 * 4 * 2;
struct Controller {
  std::array<std::array<std::uint8_t, kBytes>, 3> buffers{};
  std::size_t scanned = 0;                  // out at the moment
  std::size_t next = 0;                     // from the next vertical sync on
  std::array<std::uint8_t, kBytes> seen{};  // by who looks at the panel
  bool stands_still = false;
  bool refuses = false;
  int signalled = 0;
  std::size_t frames = 0;
  esp_lcd_dpi_panel_event_callbacks_t callbacks{};
  void* context = nullptr;
  std::function<void()> while_drawing;

  void vertical_sync() {
    // What was scanned out until now is what was seen, in one piece, or it was torn.
    EXPECT_EQ(seen, buffers[scanned]) << "drawn into while it was scanned out";
    scanned = next;
    seen = buffers[scanned];
    ++frames;
    callbacks.on_refresh_done(nullptr, nullptr, context);
  }
};
Controller* controller = nullptr;

}  // namespace

extern "C" {
SemaphoreHandle_t xSemaphoreCreateBinary() { return reinterpret_cast<SemaphoreHandle_t>(1); }
void vSemaphoreDelete(SemaphoreHandle_t) {}
BaseType_t xSemaphoreGiveFromISR(SemaphoreHandle_t, BaseType_t* woken) {
  controller->signalled = 1;
  *woken = pdTRUE;
  return pdTRUE;
}
BaseType_t xSemaphoreTake(SemaphoreHandle_t, TickType_t ticks) {
  if (controller->signalled == 0 && ticks > 0 && !controller->stands_still)
    controller->vertical_sync();
  return std::exchange(controller->signalled, 0) != 0 ? pdTRUE : pdFALSE;
}
esp_err_t esp_lcd_dpi_panel_get_frame_buffer(esp_lcd_panel_handle_t, uint32_t count, void** first,
                                             ...) {
  std::va_list more;
  va_start(more, first);
  *first = controller->buffers[0].data();
  for (uint32_t i = 1; i < count; ++i) *va_arg(more, void**) = controller->buffers[i].data();
  va_end(more);
  return ESP_OK;
}
esp_err_t esp_lcd_dpi_panel_register_event_callbacks(
    esp_lcd_panel_handle_t, const esp_lcd_dpi_panel_event_callbacks_t* callbacks, void* context) {
  controller->callbacks = *callbacks;
  controller->context = context;
  return ESP_OK;
}
esp_err_t esp_lcd_panel_draw_bitmap(esp_lcd_panel_handle_t, int, int, int, int, const void* data) {
  if (controller->refuses) return ESP_FAIL;
  for (std::size_t i = 0; i < 3; ++i) {
    if (data != controller->buffers[i].data()) continue;
    if (controller->while_drawing) controller->while_drawing();
    controller->next = i;
    return ESP_OK;
  }
  ADD_FAILURE() << "no buffer of the controller's: it would be copied";
  return ESP_FAIL;
}
}

namespace p3a {
namespace {

struct DsiPanelTest : testing::Test {
  DsiPanelTest() { controller = &machine; }
  ~DsiPanelTest() override { panel.reset(); }
  Status show(std::uint8_t value) {
    std::ranges::fill(pixels, value);
    return panel->present(canvas);
  }
  Controller machine;
  std::array<std::uint8_t, kBytes> pixels{};
  Canvas canvas{pixels.data(), {8, 4}, 16, PixelFormat::kRgb565};
  std::unique_ptr<DsiPanel> panel = [this] {
    controller = &machine;
    return *DsiPanel::start(nullptr, {8, 4}, PixelFormat::kRgb565, nullptr);
  }();
};

TEST_F(DsiPanelTest, APresentReturnsWithTheSyncThatShowsIt) {
  for (std::uint8_t value = 1; value < 50; ++value) {
    ASSERT_TRUE(show(value));
    EXPECT_EQ(machine.seen[0], value);
    EXPECT_EQ(machine.frames, value);
  }
}

// The sync comes while the driver has not swapped yet: the frame is seen one later, and the next
// one may not be drawn over what is scanned out until then.
TEST_F(DsiPanelTest, ASyncInTheMiddleOfASwapTearsNothing) {
  for (std::uint8_t value = 1; value < 50; ++value) {
    machine.while_drawing = [&] {
      if (value % 3 != 0) machine.vertical_sync();
    };
    ASSERT_TRUE(show(value));
    for (const std::uint8_t pixel : machine.seen) ASSERT_EQ(pixel, machine.seen[0]);
    ASSERT_GE(machine.seen[0] + 1, value);
  }
}

TEST_F(DsiPanelTest, APanelThatStandsStillIsAnErrorThatSaysSo) {
  machine.stands_still = true;
  const Status stuck = show(1);
  ASSERT_FALSE(stuck);
  EXPECT_TRUE(stuck.error().message.view().contains("vertical sync"));
  machine.stands_still = false;
  EXPECT_TRUE(show(2));
  EXPECT_EQ(machine.seen[0], 2);
  machine.refuses = true;
  EXPECT_FALSE(show(3));
  machine.refuses = false;
  EXPECT_TRUE(show(4));
  EXPECT_EQ(machine.seen[0], 4);
}

TEST_F(DsiPanelTest, AFrameOfAnotherShapeIsRefusedAndRowsMayBePadded) {
  canvas.size.height = 3;
  EXPECT_FALSE(panel->present(canvas));
  std::array<std::uint8_t, 20 * 4> padded{};
  for (std::size_t i = 0; i < padded.size(); ++i) padded[i] = i % 20 < 16 ? 7 : 9;
  ASSERT_TRUE(panel->present({padded.data(), {8, 4}, 20, PixelFormat::kRgb565}));
  EXPECT_TRUE(std::ranges::all_of(machine.seen, [](std::uint8_t pixel) { return pixel == 7; }));
}

}  // namespace
}  // namespace p3a
