#include "ports/client/send/interrupt.h"

#include <csignal>

namespace p3a::sender {
namespace {

volatile std::sig_atomic_t caught = 0;

void note(int signal) {
  caught = 1;
  std::signal(signal, SIG_DFL);
}

}  // namespace

void catch_interrupts() {
  std::signal(SIGINT, note);
  std::signal(SIGTERM, note);
}

bool interrupted() { return caught != 0; }

}  // namespace p3a::sender
