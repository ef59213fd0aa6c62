#include "device/api/memory_plan.h"

#include <algorithm>

#include "device/engine/engine.h"
#include "device/live/live_state.h"
#include "device/preview/preview_feed.h"

namespace p3a {

MemoryPlan memory_plan(const Config& config, const Capacities& capacities) {
  const Size panel{config.panel.width, config.panel.height};
  const Size largest{config.decode.max_width, config.decode.max_height};
  return {.frames = Engine::frame_bytes(config, capacities),
          .streams = LiveState::stream_bytes(config, capacities),
          .raw = LiveState::raw_bytes(config, capacities),
          .p3x = P3xShow::bytes(capacities, std::min(capacities.p3x_pixels, largest.pixels())),
          .preview = PreviewFeed::bytes(panel, config.panel.format, capacities)};
}

}  // namespace p3a
