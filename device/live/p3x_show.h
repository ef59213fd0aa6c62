// Decodes the P3X stream of the client that owns the panel (docs/P3X.md), and the pictures that lie
// in windows of it (docs/PROTOCOL.md, section 2, mixed frames). The decode thread only.
//
// The memory is taken with the first frame and given back by forget(): about 10 MiB for a stream
// that uses all that hello announces. A machine that has to know at its start what it needs takes
// it then and keeps it (Capacities::p3x_from_the_start).
#pragma once

#include <memory>

#include "core/codec/decoder.h"
#include "core/codec/mixed_frame.h"
#include "core/wire/frame_message.h"
#include "device/capacities.h"
#include "device/live/frame_maker.h"
#include "device/live/painted_frames.h"

namespace p3a {

class P3xShow {
 public:
  explicit P3xShow(const Capacities& capacities);

  /// What it takes for pictures of that many pixels.
  static std::uint64_t bytes(const Capacities& capacities, std::uint64_t pixels);
  /// Whether such a frame (is_coded) builds on the one before it. Errors: those of MixedFrame.
  static Result<FrameKind> kind_of(FrameFormat format, ByteView payload);

  /// The picture after this frame; valid until the next call. Errors: those of p3x::Decoder,
  /// kDimensionsTooLarge beyond `limits`, kDecodeLimit (the machine has no memory for it). After
  /// one, only a key frame is taken.
  Result<RawPixels> decode(ByteView payload, const ImageLimits& limits);
  /// The same for a mixed frame; patches are decoded on `frame`, which is free for it. All of it
  /// is in the picture, or nothing. Errors: those above, of MixedFrame and of FrameMaker::decode().
  Result<RawPixels> decode_mixed(ByteView payload, FrameMaker& maker, Frame& frame);
  /// Where the picture is to be drawn: FrameMaker::draw()'s arguments.
  struct Destination {
    FrameMaker& maker;
    const std::optional<Rect>& area;
    const FrameRef& base;
    Frame& frame;
  };
  /// Decodes a frame (is_coded) and draws the picture after it. Where it lies on the whole frame as
  /// it is, only what the frame lacks of it is painted. Returns its size; errors: those above.
  Result<Size> draw(FrameFormat format, ByteView payload, const Destination& to);
  /// Another stream has the panel.
  void forget();
  /// The pixels of the last picture, for good.
  std::unique_ptr<std::uint8_t[]> take_pixels() { return std::move(rgb_); }

 private:
  Status step(ByteView payload, const p3x::Windows& windows, const ImageLimits& limits);
  Result<RawPixels> show(bool key, const p3x::Windows& windows);
  void catch_up(ByteView payload);
  void paint_straight(Frame& frame);
  Status draw_patch(const p3x::Patch& patch, FrameMaker& maker, Frame& frame);
  void paint_closed(const p3x::Windows& windows, const p3x::PaintTarget& target);
  bool take_memory();
  bool take_room(std::uint64_t pixels);

  const Capacities capacities_;
  std::unique_ptr<std::uint64_t[]> memory_;
  p3x::Decoder decoder_{{}};
  PaintedFrames painted_;
  p3x::Windows windows_;  // of the last frame
  std::unique_ptr<std::uint8_t[]> rgb_;
  std::uint64_t room_ = 0;  // of rgb_, in pixels
  bool behind_ = false;     // rgb_ lacks what was painted straight onto frames
};

}  // namespace p3a
