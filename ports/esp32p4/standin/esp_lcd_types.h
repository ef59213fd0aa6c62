#pragma once
#include <cstdint>
extern "C" {
typedef struct esp_lcd_panel_t* esp_lcd_panel_handle_t;
typedef struct esp_lcd_panel_io_t* esp_lcd_panel_io_handle_t;
typedef enum { LCD_RGB_ELEMENT_ORDER_RGB, LCD_RGB_ELEMENT_ORDER_BGR } lcd_rgb_element_order_t;
typedef enum { LCD_COLOR_FMT_RGB565 = 1, LCD_COLOR_FMT_RGB888 } lcd_color_format_t;
typedef struct {
  uint32_t h_size;
  uint32_t v_size;
  uint32_t hsync_pulse_width;
  uint32_t hsync_back_porch;
  uint32_t hsync_front_porch;
  uint32_t vsync_pulse_width;
  uint32_t vsync_back_porch;
  uint32_t vsync_front_porch;
} esp_lcd_video_timing_t;
}
