// Decoders for a made-up format, so that tests of the display need no image library.
//
// A picture is text: "FAKE png 8x4 ff0000/0" is a red still of 8×4 pixels that calls itself a PNG,
// "FAKE gif 8x4 ff0000/100 00ff00/50" an animation with its delays in milliseconds. A frame "bad"
// cannot be decoded, a frame "slow" passes the deadline. A real format's first bytes may stand
// before it all. A decoded canvas has the frame's colour all over, but for its upper left pixel,
// which has the view's background.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "device/ports.h"

namespace p3a {

class FakeDecoders final : public Decoders {
 public:
  /// Errors: kEmptyBody, kUnknownFormat, and kDimensionsTooLarge as the limits say.
  Result<std::unique_ptr<Picture>> open(std::unique_ptr<ReadableFile> file,
                                        const ImageLimits& limits) override;

  /// Called before each frame is decoded, on the decode thread; set before that thread starts.
  void before_decode(std::function<void()> hook) { hook_ = std::move(hook); }
  void drew(const DrawnPixels& drawn, const View&, const Canvas&) override {
    const std::lock_guard lock(mutex_);
    if (drawn_.size() < kDrawnKept) drawn_.push_back(drawn);
  }
  /// The first of what the display drew itself.
  std::vector<DrawnPixels> drawn() const {
    const std::lock_guard lock(mutex_);
    return drawn_;
  }
  static constexpr std::size_t kDrawnKept = 64;
  std::size_t opened() const { return opened_; }
  std::size_t decoded() const { return decoded_; }

 private:
  class FakePicture;
  std::function<void()> hook_;
  mutable std::mutex mutex_;              // guards drawn_
  std::vector<DrawnPixels> drawn_ = [] {  // taken now: tests count what is taken later
    std::vector<DrawnPixels> room;
    room.reserve(kDrawnKept);
    return room;
  }();
  std::atomic<std::size_t> opened_{0};
  std::atomic<std::size_t> decoded_{0};
};

/// Bytes in memory as an opened file.
std::unique_ptr<ReadableFile> fake_file(std::string bytes);

}  // namespace p3a
