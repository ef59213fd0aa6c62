// From a submitted picture to a frame's payload: resized, flipped and encoded as asked and as the
// display takes it.
//
// P3X gives way to PNG for a frame of more than 1.02 times its bytes; with kAuto it gives way to
// JPEG, for the rich parts of the picture where the display takes that, else for all of it;
// encode_exact() makes the same picture good when it rests.
//
// In: pixels, the wished JPEG quality, what the display said of itself. Out: a payload within the
// display's limits; a JPEG that comes out too large is made again with less quality, down to the
// caller's lower bound. The payload lives until the next call, or as long as the pixels that came
// in. Once a size has been seen, none of it takes memory. One thread at a time.
#pragma once

#include <optional>
#include <vector>

#include "core/compose/compositor.h"
#include "core/wire/frame_message.h"
#include "sender/art_rows.h"
#include "sender/mixed_writer.h"
#include "sender/p3x_encoder.h"
#include "sender/pico/pico_encoder.h"
#include "sender/ports.h"

namespace p3a::sender {

/// What the display said; before it did, everything is allowed and the size is not known.
struct PanelFacts {
  Size size;                    ///< 0 × 0: not known
  double refresh_hz = 0;        ///< 0: none that has to be kept to
  std::uint32_t formats = ~0u;  ///< bit_of() of each that it takes
  FrameLimits limits{};
  std::optional<P3xLimits> p3x{};  ///< where it takes P3X
  bool pico = false;               ///< a stock p3a: none of the above but the size says anything

  static constexpr std::uint32_t bit_of(FrameFormat format) {
    return 1u << (static_cast<unsigned>(format) & 31u);
  }
  bool takes(FrameFormat format) const { return (formats & bit_of(format)) != 0; }
};

struct EncodedFrame {
  FrameFormat format = FrameFormat::kJpeg;
  ByteView payload;
  int quality = 0;            ///< of a JPEG
  std::string_view reason{};  ///< why this format, in words for people
  bool exact = true;          ///< false: encode_exact() can do better
};
// For a stock p3a the payload is a whole packet, and the format says nothing.

class FrameEncoder {
 public:
  FrameEncoder(ImageEncoder& images, const StreamOptions& options)
      : images_(images), options_(options), mixed_(images) {}

  /// Errors: kUnsupportedFeature (the display does not take the format), kFrameTooLarge (even at
  /// the lowest quality), those of ImageEncoder.
  Result<EncodedFrame> encode(const Pixels& pixels, int quality, const PanelFacts& panel);

  /// The same picture without loss, after an encode() that was not exact. Errors: the same, and
  /// kFrameTooLarge beyond `limit` bytes.
  Result<EncodedFrame> encode_exact(const Pixels& pixels, const PanelFacts& panel,
                                    std::size_t limit);

  /// The display needs a whole picture, or a frame was encoded and not sent.
  void request_key() {
    p3x_.request_key();
    rich_.request_all();
  }

 private:
  bool wants_p3x() const;
  bool p3x_is_due(const p3x::RgbPicture& art);
  bool takes_mixed() const;
  Result<EncodedFrame> try_p3x(const Pixels& pixels, int quality);
  void note_weight(const Result<ByteView>& payload);
  Result<EncodedFrame> encode_mixed(const Pixels& rgb, int quality);
  Result<EncodedFrame> encode_mixed_exact(const Pixels& rgb, std::size_t limit);
  Result<EncodedFrame> finish_mixed(std::size_t limit);
  Result<EncodedFrame> give_up_mixed(const Error& error);
  Result<EncodedFrame> encode_p3x(const Pixels& pixels, int max_error, std::size_t limit);
  Result<EncodedFrame> encode_png(const Pixels& rgb, PngEffort effort, std::size_t limit,
                                  std::string_view reason);
  std::optional<EncodedFrame> png_in_turn(const p3x::RgbPicture& art, std::size_t limit);
  std::optional<EncodedFrame> smaller_png(const p3x::RgbPicture& art, const Result<ByteView>& p3x,
                                          std::size_t limit);
  Pixels whole(const p3x::RgbPicture& art);
  p3x::RgbPicture coarsened(const p3x::RgbPicture& art, int max_error);
  Result<EncodedFrame> encode_other(const Pixels& pixels, int quality);
  Result<FrameFormat> choose_format() const;
  Size target_for(Size picture, FrameFormat format) const;
  /// The picture at its target size: as it came where nothing has to be done, else tight RGB888.
  Result<Pixels> fitted(const Pixels& pixels, FrameFormat format);
  /// The same for P3X; art_ has its rows then.
  Result<p3x::RgbPicture> fitted_art(const Pixels& pixels);
  Result<ByteView> compose(const Pixels& pixels, Size target, PixelFormat format);
  Result<EncodedFrame> encode_jpeg(const Pixels& pixels, int quality);

  ImageEncoder& images_;
  const StreamOptions& options_;
  PanelFacts panel_;           // of the call
  int quality_ceiling_ = 100;  // what fitted the limit lately
  ArtRows art_;
  std::vector<std::uint8_t> canvas_;
  std::vector<std::uint8_t> row_;
  std::vector<std::uint8_t> scratch_;
  std::vector<std::uint8_t> coarse_;
  PicoEncoder pico_;
  P3xEncoder p3x_;
  RichWindows rich_;
  MixedWriter mixed_;
  std::uint32_t p3x_pause_ = 0;  // frames until it is tried again
  std::uint32_t p3x_next_pause_ = 0;
  std::string_view p3x_refusal_;  // why auto did not take it last
  std::uint32_t p3x_heavy_ = 0;   // frames in a row that a JPEG would beat
  std::uint32_t png_turns_ = 0;   // frames until P3X is tried again, after a PNG was smaller
  std::uint32_t next_png_turns_ = 0;
  std::size_t png_bytes_ = 0;  // of the PNG that was smaller
};

}  // namespace p3a::sender
