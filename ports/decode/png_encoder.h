// PNG files of what the panel shows: lossless 8-bit RGB. Any thread.
#pragma once

#include "device/ports.h"

namespace p3a {

class PngEncoder final : public SnapshotEncoder {
 public:
  /// Errors: kInternal (an empty canvas, or no memory).
  Result<std::vector<std::uint8_t>> encode_png(const Canvas& canvas) override;
};

}  // namespace p3a
