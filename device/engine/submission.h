// A frame on its way to the panel, with what it shows and who waits for it.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "device/frame.h"

namespace p3a {

/// What a frame shows, for people.
struct ShownPicture {
  std::string name;         ///< file name, empty for none
  std::string_view format;  ///< format_name(), empty for none
  Size size;                ///< of the picture itself, before fitting
  bool animated = false;
};

struct Submission {
  FrameRef frame;  ///< the only reference: the presenter still writes when it was presented
  std::shared_ptr<const ShownPicture> picture;
  /// Called once, on any thread, when it is known whether the frame was shown; may be empty.
  std::function<void(bool shown)> done;
};

}  // namespace p3a
