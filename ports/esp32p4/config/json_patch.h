// Settings and messages out of JSON text, by the reader that the sender has: no recursion beyond
// what the chip's stacks hold, and no library that ESP-IDF names differently in every version. Any
// thread.
#pragma once

#include "device/ports.h"

namespace p3a {

/// As ports/linux/config/json_patch.h, but that errors say no place.
class ChipPatchParser final : public PatchParser {
 public:
  Result<Patch> parse(std::string_view json) override;
  Result<Patch> parse_message(std::string_view json) override;
};

}  // namespace p3a
