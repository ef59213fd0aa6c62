// What the engine lends to others who show pictures beside the rotation (device/live): frames, the
// way to the panel, and the decode thread.
#pragma once

#include "core/base/time.h"
#include "device/engine/submission.h"
#include "device/frame.h"

namespace p3a {

class Stage {
 public:
  virtual ~Stage() = default;
  /// Calls the guest's advance() soon. Any thread; returns at once.
  virtual void wake() = 0;
  /// The frame on the panel; its pixels may be read. Empty before the first one. Any thread.
  virtual FrameRef shown() const = 0;

  // The decode thread only.

  /// A frame to draw on; empty when all are lent.
  virtual FrameRef acquire() = 0;
  virtual void submit(Submission submission) = 0;
  /// Suspended: the rotation decodes and shows nothing. When it goes on, its picture comes back at
  /// once.
  virtual void suspend_rotation(bool suspended) = 0;
};

/// Lives on the decode thread, which calls everything here.
class StageGuest {
 public:
  virtual ~StageGuest() = default;
  /// Does one piece of work that is due, at most one decode; returns when it wants to be called
  /// again.
  virtual Instant advance(Instant now) = 0;
  /// Somebody wants to see a picture of the rotation: an upload, or the next one.
  virtual void rotation_asked(Instant now) = 0;
  /// The stage is gone, and with it every thread but the caller's: frames must be
  /// given back. May come more than once.
  virtual void stage_stopped() = 0;
};

}  // namespace p3a
