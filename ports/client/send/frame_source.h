// Where a stream's pictures come from: a pattern, or a pipe.
#pragma once

#include <memory>

#include "core/base/error.h"
#include "ports/client/send/send_options.h"
#include "sender/video/video_input.h"

namespace p3a::sender {

class FrameSource {
 public:
  virtual ~FrameSource() = default;
  /// Pictures a second to be kept to; 0: as they come.
  virtual double fps() const = 0;
  /// The next picture, which lives until the next call; without pixels: there will be no more.
  /// `elapsed`: since the stream began. Errors: sentences for people.
  virtual Result<PixelView> next(Micros elapsed) = 0;
};

/// Reads a video's head, so it may wait. `input` must outlive the source.
Result<std::unique_ptr<FrameSource>> open_frame_source(const StreamSource& source,
                                                       VideoInput& input);

}  // namespace p3a::sender
