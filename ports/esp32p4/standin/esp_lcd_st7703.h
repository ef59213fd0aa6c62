// Of the component waveshare/esp_lcd_st7703.
#pragma once
#include <esp_lcd_mipi_dsi.h>
#include <esp_lcd_panel_vendor.h>
extern "C" {
typedef struct {
  struct {
    esp_lcd_dsi_bus_handle_t dsi_bus;
    const esp_lcd_dpi_panel_config_t* dpi_config;
  } mipi_config;
  struct {
    unsigned int use_mipi_interface : 1;
  } flags;
} st7703_vendor_config_t;
esp_err_t esp_lcd_new_panel_st7703(const esp_lcd_panel_io_handle_t io,
                                   const esp_lcd_panel_dev_config_t* panel_dev_config,
                                   esp_lcd_panel_handle_t* ret_panel);
}
