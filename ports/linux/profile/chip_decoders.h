// Decoders that take the time that the chip would take: its JPEG engine for what the engine takes
// (ports/esp32p4/jpeg says what), one core in software for the rest.
//
// A picture that would not fit the chip's memory is refused. The engine does one picture at a time.
// Where this machine is slower than the chip, its own time counts. Any thread, waits in the thread
// that asks; what it is given must outlive it and its pictures.
#pragma once

#include <memory>

#include "device/ports.h"
#include "ports/linux/profile/pause.h"

namespace p3a {

class ChipDecoders final : public Decoders {
 public:
  ChipDecoders(Decoders& decoders, Clock& clock, Pause& pause)
      : decoders_(decoders), clock_(clock), pause_(pause) {}

  /// Also kDecodeLimit: more than the chip has memory for.
  Result<std::unique_ptr<Picture>> open(std::unique_ptr<ReadableFile> file,
                                        const ImageLimits& limits) override;
  void drew(const DrawnPixels& drawn, const View& view, const Canvas& canvas) override;
  DecoderStatus status() override { return decoders_.status(); }

 private:
  class SlowPicture;

  Decoders& decoders_;
  Clock& clock_;
  Pause& pause_;
  OneAtATime engine_;
};

}  // namespace p3a
