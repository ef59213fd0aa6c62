#pragma once
#include <esp_lcd_panel_ops.h>
extern "C" {
typedef struct {
  int reset_gpio_num;
  lcd_rgb_element_order_t rgb_ele_order;
  uint32_t bits_per_pixel;
  struct {
    uint32_t reset_active_high : 1;
  } flags;
  void* vendor_config;
} esp_lcd_panel_dev_config_t;
}
