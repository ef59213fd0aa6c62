// The display's log as lines of ESP-IDF's own, under the tag "p3a". Any thread.
#pragma once

#include "device/ports.h"

namespace p3a {

class ChipLog final : public Log {
 public:
  void write(LogLevel level, std::string_view line) override;
  static void set_level(LogLevel level);
};

}  // namespace p3a
