// Where a stream's pictures come from: a pattern, a pipe or picture files.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "core/base/error.h"
#include "ports/client/send/send_options.h"
#include "sender/video/video_input.h"

namespace p3a::sender {

class FrameSource {
 public:
  virtual ~FrameSource() = default;
  /// Pictures a second to be kept to; 0: as they come.
  virtual double fps() const = 0;
  /// How long the picture that next() returned last stays; 0: until the next one comes.
  virtual Micros hold() const {
    return fps() > 0 ? Micros(static_cast<std::int64_t>(1e6 / fps())) : Micros{};
  }
  /// The next picture, which lives until the next call; without pixels: there will be no more.
  /// `elapsed`: since the stream began. Errors: sentences for people.
  virtual Result<PixelView> next(Micros elapsed) = 0;
};

/// Reads a video's head, so it may wait. `input` must outlive the source. `tell` gets a sentence
/// for each file that cannot be shown.
Result<std::unique_ptr<FrameSource>> open_frame_source(
    const StreamSource& source, VideoInput& input,
    const std::function<void(const std::string&)>& tell);

}  // namespace p3a::sender
