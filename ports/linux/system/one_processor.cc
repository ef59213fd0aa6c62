#include "ports/linux/system/one_processor.h"

namespace p3a {

OneProcessor::OneProcessor() {
  CPU_ZERO(&one_);
  CPU_ZERO(&all_);
  ::sched_getaffinity(0, sizeof all_, &all_);
  if (const int here = ::sched_getcpu(); here >= 0) CPU_SET(static_cast<unsigned>(here), &one_);
}

void OneProcessor::enter() const { ::sched_setaffinity(0, sizeof one_, &one_); }

void OneProcessor::leave() const { ::sched_setaffinity(0, sizeof all_, &all_); }

}  // namespace p3a
