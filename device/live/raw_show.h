// Shows the picture of POST /display/raw: a still once, an animation in a loop, until another one
// comes. The decode thread only.
#pragma once

#include <atomic>
#include <memory>
#include <optional>

#include "device/capacities.h"
#include "device/engine/stage.h"
#include "device/live/frame_maker.h"
#include "device/live/raw_picture.h"

namespace p3a {

class RawShow {
 public:
  static constexpr Micros kZeroDelay = 100ms;  ///< what a frame with no delay gets, as in browsers
  static constexpr Micros kMaxLate = 250ms;    ///< later, and an animation's time starts anew
  static constexpr Micros kRetry = 2ms;        ///< when every frame is lent

  /// It must live until the stage has stopped.
  RawShow(Clock& clock, Stage& stage, FrameMaker& maker, const Capacities& capacities)
      : clock_(clock), stage_(stage), maker_(maker), capacities_(capacities) {}

  /// Decodes the first frame, onto `frame`, and keeps the picture in place of the one before.
  /// `base`: what lies around its area. On an error the one before stays.
  Status load(RawPicture& picture, FrameRef frame, FrameRef base);
  /// Puts what was loaded on the panel, or not yet when something else has it, and answers.
  void present(RawPicture picture, bool has_panel);

  /// The panel is the picture's: again, or still.
  Instant advance(Instant now);
  /// Something else had the panel, or the view has changed: show it once more.
  void show_again(bool redraw);
  /// It is over; everything is given back.
  void clear();
  /// The frame composed last, empty without a picture.
  const FrameRef& last() const { return last_; }

 private:
  struct Current {
    RawLease buffer;
    std::optional<RawPixels> pixels;
    std::unique_ptr<std::uint8_t[]> decoded;  ///< pixels of a P3X frame
    std::unique_ptr<Picture> picture;
    std::optional<Rect> area;
    FrameRef base;
    DecodedFrame timing;
    bool animated = false;
    std::shared_ptr<const ShownPicture> label;
  };
  Status decode_p3x(ByteView frame, Current& current) const;
  Result<DecodedFrame> draw(Current& current, Frame& frame);
  void submit(Instant present_at, std::function<void(bool)> done);

  Clock& clock_;
  Stage& stage_;
  FrameMaker& maker_;
  const Capacities capacities_;
  std::optional<Current> current_;
  FrameRef last_;
  Micros decode_time_{};  // of the first frame
  Instant playhead_;      // when the frame submitted last was due
  bool again_ = false;
  bool redraw_ = false;
  std::uint64_t ticket_ = 0;
  std::atomic<std::uint64_t> done_{0};  // the ticket answered last; set on any thread
};

}  // namespace p3a
