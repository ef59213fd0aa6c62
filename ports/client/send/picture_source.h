// Picture files as a stream: stills for a while each, animations with their own delays, round after
// round.
//
// A picture larger than 2048 pixels a side is shrunk while it is decoded. An animation among
// others is repeated until its time is up. Files are listed anew each round, so that what
// is added to a folder is shown. A file that cannot be shown is named once and left out of the
// round. One thread.
#pragma once

#include <functional>
#include <memory>
#include <set>

#include "device/ports.h"
#include "ports/client/send/frame_source.h"
#include "ports/decode/decoders.h"

namespace p3a::sender {

/// The file of that path; kNotFound with the reason when it cannot be read.
Result<std::unique_ptr<ReadableFile>> open_picture_file(const std::string& path);

class PictureSource final : public FrameSource {
 public:
  /// `tell` gets a sentence for each file that is left out.
  PictureSource(const StreamSource& source, std::function<void(const std::string&)> tell);

  double fps() const override { return 0; }
  Micros hold() const override { return hold_; }
  Result<PixelView> next(Micros elapsed) override;

 private:
  bool begin_round();
  bool open_next();
  Status show_frame();
  void leave_out(const Error& why);

  const StreamSource source_;
  const std::function<void(const std::string&)> tell_;
  LibraryDecoders decoders_;
  std::vector<std::string> files_;  // of this round
  std::size_t file_ = 0;            // the one that is open, or the next to be opened
  std::uint32_t rounds_ = 0;        // begun
  bool shown_in_round_ = true;
  std::set<std::string> told_;

  std::unique_ptr<Picture> picture_;
  bool done_ = false;  // with the open picture
  Micros shown_for_{};
  Size size_;
  std::vector<std::uint8_t> rgb_;
  Micros hold_{};
};

}  // namespace p3a::sender
