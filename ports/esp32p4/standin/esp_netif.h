#pragma once
#include <esp_err.h>

#include <cstdint>
extern "C" {
typedef struct esp_netif_obj esp_netif_t;
typedef struct {
  uint32_t addr;
} esp_ip4_addr_t;
typedef struct {
  esp_ip4_addr_t ip;
  esp_ip4_addr_t netmask;
  esp_ip4_addr_t gw;
} esp_netif_ip_info_t;
esp_err_t esp_netif_init(void);
esp_netif_t* esp_netif_get_default_netif(void);
esp_err_t esp_netif_get_ip_info(esp_netif_t* esp_netif, esp_netif_ip_info_t* ip_info);
esp_err_t esp_netif_set_hostname(esp_netif_t* esp_netif, const char* hostname);
}
