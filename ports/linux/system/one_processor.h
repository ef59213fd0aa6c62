// The processor that a live picture's threads share: network, decode, and a quick worker of the
// sandbox, which follows by itself (ports/linux/sandbox/worker_process.h).
//
// They wait for each other in turn, so they gain nothing from a second processor, and waking one
// that sleeps costs more than most of what they do (docs/decisions/0014). It is the fastest of
// those that the constructing thread may run on, and where that thread runs if that is as fast.
// What the machine refuses is left as it is. Any thread.
#pragma once

#include <sched.h>

namespace p3a {

class OneProcessor {
 public:
  OneProcessor();
  /// The calling thread stays there from now on, and so do threads that it starts.
  void enter() const;

 private:
  cpu_set_t one_;
};

}  // namespace p3a
