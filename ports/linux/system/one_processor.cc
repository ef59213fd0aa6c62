#include "ports/linux/system/one_processor.h"

#include <fstream>
#include <string>

namespace p3a {
namespace {

// As the kernel rates it: a capacity where processors differ in kind, else its highest frequency;
// 0 where it tells neither.
long speed_of(int processor) {
  const std::string folder = "/sys/devices/system/cpu/cpu" + std::to_string(processor) + "/";
  for (const char* const name : {"cpu_capacity", "cpufreq/cpuinfo_max_freq"}) {
    long speed = 0;
    if (std::ifstream(folder + name) >> speed) return speed;
  }
  return 0;
}

int fastest(const cpu_set_t& allowed, int here) {
  int best = here;
  long best_speed = speed_of(here);
  for (int processor = 0; processor < CPU_SETSIZE; ++processor) {
    if (!CPU_ISSET(static_cast<unsigned>(processor), &allowed)) continue;
    const long speed = speed_of(processor);
    if (speed <= best_speed) continue;
    best = processor;
    best_speed = speed;
  }
  return best;
}

}  // namespace

OneProcessor::OneProcessor() {
  cpu_set_t allowed;
  CPU_ZERO(&one_);
  CPU_ZERO(&allowed);
  ::sched_getaffinity(0, sizeof allowed, &allowed);
  const int here = ::sched_getcpu();
  if (here >= 0) CPU_SET(static_cast<unsigned>(fastest(allowed, here)), &one_);
}

void OneProcessor::enter() const { ::sched_setaffinity(0, sizeof one_, &one_); }

}  // namespace p3a
