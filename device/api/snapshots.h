// What the panel shows, as a PNG: encoded once for all who look at the same frame.
//
// The render thread only.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "device/frame.h"
#include "device/ports.h"

namespace p3a {

class Snapshots {
 public:
  /// `start`: tells this run of the program from others, so that a browser's old ETag never
  /// matches.
  Snapshots(SnapshotEncoder& encoder, Micros start) : encoder_(encoder), start_(start) {}

  /// Quoted, different for every frame shown.
  std::string etag(const Frame& frame) const;
  /// The frame's pixels as PNG.
  Result<std::string> png(const FrameRef& frame);

 private:
  SnapshotEncoder& encoder_;
  Micros start_;
  std::uint64_t sequence_ = 0;  // of the frame in png_; no frame shown has 0
  std::string png_;
};

}  // namespace p3a
