#pragma once
#include <esp_err.h>

#include <cstddef>
#define ESP_CACHE_MSYNC_FLAG_INVALIDATE (1 << 0)
#define ESP_CACHE_MSYNC_FLAG_DIR_C2M (1 << 2)
extern "C" esp_err_t esp_cache_msync(void* addr, size_t size, int flags);
