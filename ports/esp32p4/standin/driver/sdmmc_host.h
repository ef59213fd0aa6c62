#pragma once
#include <driver/gpio.h>
#include <sd_pwr_ctrl_by_on_chip_ldo.h>
extern "C" {
typedef struct {
  int slot;
  int max_freq_khz;
  sd_pwr_ctrl_handle_t pwr_ctrl_handle;
} sdmmc_host_t;
typedef struct {
  gpio_num_t clk;
  gpio_num_t cmd;
  gpio_num_t d0;
  gpio_num_t d1;
  gpio_num_t d2;
  gpio_num_t d3;
  uint8_t width;
  uint32_t flags;
} sdmmc_slot_config_t;
typedef struct sdmmc_card sdmmc_card_t;
#define SDMMC_HOST_SLOT_0 0
#define SDMMC_FREQ_HIGHSPEED 40000
#define SDMMC_SLOT_FLAG_INTERNAL_PULLUP (1 << 0)
#define SDMMC_HOST_DEFAULT() {1, 20000, nullptr}
#define SDMMC_SLOT_CONFIG_DEFAULT() \
  {GPIO_NUM_NC, GPIO_NUM_NC, GPIO_NUM_NC, GPIO_NUM_NC, GPIO_NUM_NC, GPIO_NUM_NC, 0, 0}
}
