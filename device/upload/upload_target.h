// What an upload asks of the display: is this a picture, and put it on the panel. Implemented by
// Engine.
#pragma once

#include <functional>
#include <memory>

#include "device/frame.h"
#include "device/ports.h"

namespace p3a {

/// A picture that has been opened and whose first frame is decoded and composed, waiting to be
/// shown.
struct PreparedPicture {
  std::unique_ptr<Picture> picture;
  FrameRef first;
  DecodedFrame timing;
};

/// Any thread.
class UploadTarget {
 public:
  virtual ~UploadTarget() = default;
  /// Opens and decodes on the caller's thread, so that no live frame waits for it. Errors: those of
  /// Decoders::open() and Picture::next(), kBusy when no frame is free.
  virtual Result<PreparedPicture> prepare(std::unique_ptr<ReadableFile> file) = 0;
  /// Puts it on the panel as part of the rotation. `done` is called once, on any thread: true when
  /// it was shown, false when something newer took its place first.
  virtual void show(PreparedPicture picture, StoragePath path,
                    std::function<void(bool shown)> done) = 0;
};

}  // namespace p3a
