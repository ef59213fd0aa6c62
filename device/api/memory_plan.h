// What a display takes in memory for its frames and buffers, added up before it is taken: for a
// machine that has to know that it fits. Each room says itself what it takes. Pure; any thread.
//
// Not in it: code, threads' stacks, the machine's own buffers (network, panel), and what a picture
// takes while it is decoded.
#pragma once

#include <cstdint>

#include "device/capacities.h"
#include "device/config/config.h"

namespace p3a {

/// Bytes.
struct MemoryPlan {
  std::uint64_t frames = 0;
  std::uint64_t streams = 0;  ///< their receive buffers
  std::uint64_t raw = 0;      ///< the receive buffers of POST /display/raw
  std::uint64_t p3x = 0;      ///< to decode a P3X stream; from its first frame on where not at once
  std::uint64_t preview = 0;  ///< while somebody watches

  std::uint64_t total() const { return frames + streams + raw + p3x + preview; }
};

MemoryPlan memory_plan(const Config& config, const Capacities& capacities);

}  // namespace p3a
