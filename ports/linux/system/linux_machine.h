// Memory and network address of this machine, from /proc and the interfaces. Any thread.
#pragma once

#include "device/ports.h"

namespace p3a {

class LinuxMachine final : public Machine {
 public:
  MachineStatus status() override;
};

}  // namespace p3a
