#include "device/api/snapshots.h"

namespace p3a {

std::string Snapshots::etag(const Frame& frame) const {
  return '"' + std::to_string(start_.count()) + '-' + std::to_string(frame.sequence) + '"';
}

Result<std::string> Snapshots::png(const FrameRef& frame) {
  if (frame->sequence != sequence_) {
    const auto encoded = encoder_.encode_png(frame->canvas);
    if (!encoded) return std::unexpected(encoded.error());
    png_.assign(encoded->begin(), encoded->end());
    sequence_ = frame->sequence;
  }
  return png_;
}

}  // namespace p3a
