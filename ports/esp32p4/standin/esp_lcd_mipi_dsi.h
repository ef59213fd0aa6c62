#pragma once
#include <esp_err.h>
#include <esp_lcd_types.h>
extern "C" {
typedef struct esp_lcd_dsi_bus_t* esp_lcd_dsi_bus_handle_t;
typedef enum { MIPI_DSI_PHY_PLLREF_CLK_SRC_PLL_F20M } mipi_dsi_phy_pllref_clock_source_t;
typedef enum { MIPI_DSI_DPI_CLK_SRC_DEFAULT } mipi_dsi_dpi_clock_source_t;
typedef struct {
  int bus_id;
  uint8_t num_data_lanes;
  mipi_dsi_phy_pllref_clock_source_t phy_clk_src;
  float lane_bit_rate_mbps;
} esp_lcd_dsi_bus_config_t;
typedef struct {
  uint8_t virtual_channel;
  int lcd_cmd_bits;
  int lcd_param_bits;
} esp_lcd_dbi_io_config_t;
typedef struct {
  uint8_t virtual_channel;
  mipi_dsi_dpi_clock_source_t dpi_clk_src;
  float dpi_clock_freq_mhz;
  lcd_color_format_t in_color_format;
  lcd_color_format_t out_color_format;
  uint8_t num_fbs;
  esp_lcd_video_timing_t video_timing;
} esp_lcd_dpi_panel_config_t;
typedef struct {
} esp_lcd_dpi_panel_event_data_t;
typedef bool (*esp_lcd_dpi_panel_general_cb_t)(esp_lcd_panel_handle_t panel,
                                               esp_lcd_dpi_panel_event_data_t* edata,
                                               void* user_ctx);
typedef struct {
  esp_lcd_dpi_panel_general_cb_t on_color_trans_done;
  esp_lcd_dpi_panel_general_cb_t on_refresh_done;
} esp_lcd_dpi_panel_event_callbacks_t;
esp_err_t esp_lcd_new_dsi_bus(const esp_lcd_dsi_bus_config_t* bus_config,
                              esp_lcd_dsi_bus_handle_t* ret_bus);
esp_err_t esp_lcd_new_panel_io_dbi(esp_lcd_dsi_bus_handle_t bus,
                                   const esp_lcd_dbi_io_config_t* io_config,
                                   esp_lcd_panel_io_handle_t* ret_io);
esp_err_t esp_lcd_dpi_panel_get_frame_buffer(esp_lcd_panel_handle_t dpi_panel, uint32_t fb_num,
                                             void** fb0, ...);
esp_err_t esp_lcd_dpi_panel_register_event_callbacks(esp_lcd_panel_handle_t dpi_panel,
                                                     const esp_lcd_dpi_panel_event_callbacks_t* cbs,
                                                     void* user_ctx);
}
