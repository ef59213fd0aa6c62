// Where a panel's touches come from. The presenting thread only.
#pragma once

#include <vector>

#include "device/ports.h"

namespace p3a {

class TouchSource {
 public:
  virtual ~TouchSource() = default;
  /// What happened since the last call; in panel pixels.
  virtual std::vector<TouchEvent> poll() = 0;
};

}  // namespace p3a
