// What runs behind the walls: decodes what the board asks for, one picture at a time, until the
// display hangs up.
#pragma once

#include "ports/linux/sandbox/shared_memory.h"
#include "ports/linux/sandbox/walls.h"

namespace p3a {

class Decoders;

/// Turns the calling process, just forked and with one thread, into a worker. `memory` is
/// kWorkerMemoryBytes long; kWorkerSocket is connected to the display.
[[noreturn]] void run_worker(const SharedMemory& memory, const WorkerLimits& limits,
                             Decoders& decoders);

}  // namespace p3a
