#include "ports/esp32p4/board/waveshare_4b.h"

#include <driver/gpio.h>
#include <driver/sdmmc_host.h>
#include <esp_lcd_mipi_dsi.h>
#include <esp_lcd_st7703.h>
#include <esp_ldo_regulator.h>
#include <esp_vfs_fat.h>
#include <freertos/FreeRTOS.h>
#include <freertos/task.h>
#include <sd_pwr_ctrl_by_on_chip_ldo.h>

namespace p3a::waveshare_4b {
namespace {

constexpr gpio_num_t kBacklightEnable = GPIO_NUM_33;
constexpr gpio_num_t kBacklightDim = GPIO_NUM_26;
constexpr gpio_num_t kPanelReset = GPIO_NUM_27;
constexpr gpio_num_t kTouchReset = GPIO_NUM_23;
constexpr int kDsiRegulator = 3;
constexpr int kDsiMillivolts = 2500;
constexpr int kCardRegulator = 4;
constexpr int kOpenFiles = 8;

std::unexpected<Error> failed(std::string_view step, esp_err_t error) {
  return fail(ErrorCode::kInternal, "the board's ", step, " does not start (error ",
              static_cast<std::uint32_t>(error), "): is this the board that the firmware is for?");
}

void put_out(gpio_num_t pin, std::uint32_t level) {
  gpio_reset_pin(pin);
  gpio_set_direction(pin, GPIO_MODE_OUTPUT);
  gpio_set_level(pin, level);
}

// 1,006 x 764 pixel clocks a frame at 46 MHz are 59.9 Hz; 46 MHz x 16 bits are 736 Mbit/s, and two
// lanes carry 960.
esp_lcd_dpi_panel_config_t timing(std::uint8_t buffers) {
  esp_lcd_dpi_panel_config_t config{};
  config.dpi_clk_src = MIPI_DSI_DPI_CLK_SRC_DEFAULT;
  config.dpi_clock_freq_mhz = 46;
  config.in_color_format = LCD_COLOR_FMT_RGB565;
  config.out_color_format = LCD_COLOR_FMT_RGB565;
  config.num_fbs = buffers;
  config.video_timing.h_size = kPanel.width;
  config.video_timing.v_size = kPanel.height;
  config.video_timing.hsync_pulse_width = 60;
  config.video_timing.hsync_back_porch = 120;
  config.video_timing.hsync_front_porch = 106;
  config.video_timing.vsync_pulse_width = 4;
  config.video_timing.vsync_back_porch = 20;
  config.video_timing.vsync_front_porch = 20;
  return config;
}

}  // namespace

Result<esp_lcd_panel_handle_t> start_panel(std::uint8_t buffers) {
  // The DSI's electrics first: without them the panel stays dark, and nobody says why.
  esp_ldo_channel_config_t power{};
  power.chan_id = kDsiRegulator;
  power.voltage_mv = kDsiMillivolts;
  esp_ldo_channel_handle_t regulator = nullptr;
  if (const auto error = esp_ldo_acquire_channel(&power, &regulator); error != ESP_OK)
    return failed("regulator of the DSI", error);
  esp_lcd_dsi_bus_config_t bus_config{};
  bus_config.num_data_lanes = 2;
  bus_config.lane_bit_rate_mbps = 480;
  esp_lcd_dsi_bus_handle_t bus = nullptr;
  if (const auto error = esp_lcd_new_dsi_bus(&bus_config, &bus); error != ESP_OK)
    return failed("DSI bus", error);
  esp_lcd_dbi_io_config_t command_config{};
  command_config.lcd_cmd_bits = 8;
  command_config.lcd_param_bits = 8;
  esp_lcd_panel_io_handle_t commands = nullptr;
  if (const auto error = esp_lcd_new_panel_io_dbi(bus, &command_config, &commands); error != ESP_OK)
    return failed("panel's command channel", error);

  const esp_lcd_dpi_panel_config_t pixels = timing(buffers);
  st7703_vendor_config_t vendor{};
  vendor.mipi_config.dsi_bus = bus;
  vendor.mipi_config.dpi_config = &pixels;
  vendor.flags.use_mipi_interface = 1;
  esp_lcd_panel_dev_config_t config{};
  config.reset_gpio_num = kPanelReset;
  config.rgb_ele_order = LCD_RGB_ELEMENT_ORDER_RGB;
  config.bits_per_pixel = 16;
  config.vendor_config = &vendor;
  esp_lcd_panel_handle_t panel = nullptr;
  if (const auto error = esp_lcd_new_panel_st7703(commands, &config, &panel); error != ESP_OK)
    return failed("panel driver", error);
  if (const auto error = esp_lcd_panel_reset(panel); error != ESP_OK)
    return failed("panel's reset", error);
  if (const auto error = esp_lcd_panel_init(panel); error != ESP_OK) return failed("panel", error);
  if (const auto error = esp_lcd_panel_disp_on_off(panel, true); error != ESP_OK)
    return failed("panel", error);
  put_out(kBacklightEnable, 1);
  put_out(kBacklightDim, 0);
  return panel;
}

Result<i2c_master_bus_handle_t> start_touch_bus() {
  put_out(kTouchReset, 0);
  vTaskDelay(pdMS_TO_TICKS(10));
  gpio_set_level(kTouchReset, 1);
  vTaskDelay(pdMS_TO_TICKS(60));
  i2c_master_bus_config_t config{};
  config.i2c_port = -1;  // whichever is free
  config.sda_io_num = GPIO_NUM_7;
  config.scl_io_num = GPIO_NUM_8;
  config.clk_source = I2C_CLK_SRC_DEFAULT;
  config.glitch_ignore_cnt = 7;
  config.flags.enable_internal_pullup = 1;
  i2c_master_bus_handle_t bus = nullptr;
  if (const auto error = i2c_new_master_bus(&config, &bus); error != ESP_OK)
    return failed("touch controller's bus", error);
  return bus;
}

Status mount_card(const char* path) {
  sd_pwr_ctrl_ldo_config_t power{};
  power.ldo_chan_id = kCardRegulator;
  sdmmc_host_t host = SDMMC_HOST_DEFAULT();
  host.slot = SDMMC_HOST_SLOT_0;  // Wi-Fi has the other one
  host.max_freq_khz = SDMMC_FREQ_HIGHSPEED;
  esp_err_t error = sd_pwr_ctrl_new_on_chip_ldo(&power, &host.pwr_ctrl_handle);
  sdmmc_slot_config_t slot = SDMMC_SLOT_CONFIG_DEFAULT();
  slot.width = 4;
  slot.clk = GPIO_NUM_43;
  slot.cmd = GPIO_NUM_44;
  slot.d0 = GPIO_NUM_39;
  slot.d1 = GPIO_NUM_40;
  slot.d2 = GPIO_NUM_41;
  slot.d3 = GPIO_NUM_42;
  slot.flags |= SDMMC_SLOT_FLAG_INTERNAL_PULLUP;
  esp_vfs_fat_mount_config_t mount{};
  mount.format_if_mount_failed = false;  // nobody's pictures are ever formatted away
  mount.max_files = kOpenFiles;
  sdmmc_card_t* card = nullptr;
  if (error == ESP_OK) error = esp_vfs_fat_sdmmc_mount(path, &host, &slot, &mount, &card);
  if (error == ESP_OK) return {};
  return fail(ErrorCode::kStorageUnavailable, "no card with a FAT file system (error ",
              static_cast<std::uint32_t>(error), "): put one in and restart");
}

}  // namespace p3a::waveshare_4b
