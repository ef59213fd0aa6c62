#include "ports/esp32p4/system/chip_memory.h"

#include <algorithm>

#include "core/wire/frame_message.h"

namespace p3a {
namespace {

constexpr std::uint64_t kPanelPixels = std::uint64_t{720} * 720;
// A frame of the whole panel in RGB565, the longest that there is room for.
constexpr std::size_t kLongestMessage = kPanelPixels * 2 + max_message_bytes({0, 0});
// Such messages for three that wait, two clients that send, and one that is decoded.
constexpr std::size_t kStreams = 2;
constexpr std::size_t kStreamBytes = (3 + kStreams + 1) * kLongestMessage;

}  // namespace

Capacities chip_capacities(std::uint32_t queue_depth) {
  Capacities chip;
  // One shown, one being presented, one waiting for its tick, one being decoded, one for each
  // worker's upload, one for a snapshot, and what the rotation, a raw picture and a stream keep.
  chip.frames = 4 + kWorkers + 1 + 3;
  chip.streams = kStreams;
  chip.queue_depth = queue_depth;
  chip.stream_message_bytes =
      std::min<std::size_t>(kLongestMessage, kStreamBytes / (queue_depth + kStreams + 1));
  chip.raw_pictures = 2;
  chip.raw_bytes = kPanelPixels * 3;
  chip.p3x_table_bits = 14;
  chip.p3x_picture_bytes = 2U << 20;  // two pictures of 500 x 500 cells, or many of 128 x 128
  chip.p3x_pixels = kPanelPixels;
  chip.p3x_from_the_start = true;
  chip.mixed_frames = false;  // the engine has not been made to decode into a part of a frame
  chip.preview_watchers = 0;  // the page looks at /snapshot.png instead: 11 MB are not to be had
  return chip;
}

std::array<MemoryRow, 9> chip_memory(const Config& config, const Capacities& capacities) {
  const MemoryPlan plan = memory_plan(config, capacities);
  const std::uint64_t panel = std::uint64_t{config.panel.width} * config.panel.height *
                              bytes_per_pixel(config.panel.format);
  // Decode, present, the preview's (which sleeps), the upload's sync, and the workers.
  constexpr std::uint64_t kThreads = 4 + kWorkers;
  return {
      {{"panel: frame buffers of the DSI controller", MemoryKind::kPsram, kPanelBuffers * panel},
       {"frames", MemoryKind::kPsram, plan.frames},
       {"streams: receive buffers", MemoryKind::kPsram, plan.streams},
       {"raw pictures: receive buffers", MemoryKind::kPsram, plan.raw},
       {"P3X decoder", MemoryKind::kPsram, plan.p3x},
       {"JPEG engine: file", MemoryKind::kPsram, kEngineFileBytes},
       {"JPEG engine: pixels", MemoryKind::kPsram, kPanelPixels * 3},
       {"stacks of threads", MemoryKind::kInternal, kThreads * kThreadStack},
       {"stacks of the web servers", MemoryKind::kInternal, 2 * kServerStack}}};
}

std::uint64_t chip_memory_total(const Config& config, const Capacities& capacities,
                                MemoryKind kind) {
  std::uint64_t total = 0;
  for (const MemoryRow& row : chip_memory(config, capacities))
    if (row.kind == kind) total += row.bytes;
  return total;
}

}  // namespace p3a
