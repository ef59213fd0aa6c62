// The chip's own figures for GET /status and GET /metrics. Any thread.
#pragma once

#include "device/ports.h"

namespace p3a {

class ChipMachine final : public Machine {
 public:
  MachineStatus status() override;
};

/// "p3a-" and the twelve digits of the chip's own number: the same for as long as it lives.
std::string chip_id();

}  // namespace p3a
