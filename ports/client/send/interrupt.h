// Ctrl-C and SIGTERM: the program is asked to come to its end.
#pragma once

namespace p3a::sender {

/// From now on they are noted instead of ending the program; a second one ends it.
void catch_interrupts();
bool interrupted();

}  // namespace p3a::sender
