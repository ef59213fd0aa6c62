// The one table of what the firmware takes in memory: how much of everything the display gets
// (chip_capacities), and what that and the chip's own buffers are in bytes (chip_memory).
//
// The board has 32 MiB of PSRAM, for pixels and frames, and 768 KiB of internal memory, of which
// the L2 cache takes 256 KiB (sdkconfig.defaults); what drivers and stacks need lies there.
// Everything in the table is taken at the start and kept. Pure; any thread.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "device/api/memory_plan.h"
#include "device/capacities.h"
#include "device/config/config.h"

namespace p3a {

inline constexpr std::uint64_t kPsramBytes = std::uint64_t{32} << 20;
/// What stays for pictures while software decodes them, PNG snapshots, texts and the network's
/// buffers.
inline constexpr std::uint64_t kPsramReserve = std::uint64_t{4} << 20;
/// 768 KiB less 256 KiB of cache, and some 100 KiB for the firmware's data and code in RAM.
inline constexpr std::uint64_t kInternalBytes = std::uint64_t{412} << 10;
/// What stays for Wi-Fi over SDIO, lwIP and DMA (docs/FIRMWARE.md).
inline constexpr std::uint64_t kInternalReserve = std::uint64_t{160} << 10;

inline constexpr std::uint32_t kPanelBuffers = 3;
inline constexpr std::size_t kThreadStack = 16 * 1024;  ///< CONFIG_PTHREAD_TASK_STACK_SIZE_DEFAULT
inline constexpr std::size_t kServerStack = 10 * 1024;  ///< of esp_http_server's tasks
inline constexpr std::size_t kWorkers = 2;              ///< for requests with a body
/// A JPEG for the engine may be as long as a frame of a stream with the largest limit that fits.
inline constexpr std::size_t kEngineFileBytes = std::size_t{512} * 1024;

/// `queue_depth`: frames of a stream that may wait, 1 to 10 (CONFIG_P3A_STREAM_RING_BUFFER_DEPTH).
/// The deeper the queue, the shorter its messages may be: the memory for them is the same.
Capacities chip_capacities(std::uint32_t queue_depth);

enum class MemoryKind : std::uint8_t { kPsram, kInternal };

struct MemoryRow {
  std::string_view what;
  MemoryKind kind;
  std::uint64_t bytes;
};

std::array<MemoryRow, 9> chip_memory(const Config& config, const Capacities& capacities);
std::uint64_t chip_memory_total(const Config& config, const Capacities& capacities,
                                MemoryKind kind);

}  // namespace p3a
