#pragma once
#include <freertos/FreeRTOS.h>
typedef struct QueueDefinition* SemaphoreHandle_t;
extern "C" {
SemaphoreHandle_t xSemaphoreCreateBinary(void);
BaseType_t xSemaphoreTake(SemaphoreHandle_t semaphore, TickType_t ticks);
BaseType_t xSemaphoreGiveFromISR(SemaphoreHandle_t semaphore, BaseType_t* woken);
void vSemaphoreDelete(SemaphoreHandle_t semaphore);
}
