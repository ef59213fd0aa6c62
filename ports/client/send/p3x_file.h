// .p3x files in memory: pictures in, a file's bytes out, and back (docs/P3X.md, section 11).
//
// Any thread, one at a time for each object.
#pragma once

#include <optional>
#include <vector>

#include "core/base/time.h"
#include "core/codec/decoder.h"
#include "core/codec/encoder.h"
#include "core/image/p3x_header.h"

namespace p3a::sender {

class P3xFileWriter {
 public:
  /// Pictures of `size`. Errors: kDimensionsTooLarge, kInvalidValue.
  static Result<P3xFileWriter> begin(Size size);

  /// R,G,B rows of the size, shown for `delay` (at least kMinP3xDelay). Errors: those of
  /// p3x::Encoder; kDecodeLimit for a file that would not be played.
  Status add(const p3x::RgbPicture& picture, Micros delay);
  /// The whole file; there must be a picture in it.
  std::vector<std::uint8_t> finish();

 private:
  explicit P3xFileWriter(const p3x::EncoderOptions& options) : options_(options) {}

  p3x::EncoderOptions options_;
  std::vector<std::uint64_t> memory_;
  std::optional<p3x::Encoder> encoder_;
  std::vector<std::uint8_t> packet_;
  std::vector<std::uint8_t> bytes_;
  std::vector<P3xEntry> entries_;
};

/// One frame of a file as inspect shows it.
struct P3xFrame {
  P3xEntry entry;
  p3x::FrameType type = p3x::FrameType::kRepeat;
  Size cells;
};

class P3xFileReader {
 public:
  /// Errors: those of parse_p3x_header().
  static Result<P3xFileReader> open(std::vector<std::uint8_t> file);

  const P3xHeader& header() const { return header_; }
  /// Decodes the next frame, or says that there is none. With `costs`: what each output pixel's
  /// cell cost is added, in 1/256 bit, spread over the cell's pixels. Errors: kBadFrame.
  Result<std::optional<P3xFrame>> next(std::vector<double>* costs = nullptr);
  /// The picture after it: tight R,G,B.
  ByteView pixels() const { return pixels_; }

 private:
  P3xFileReader(std::vector<std::uint8_t> file, const P3xHeader& header);
  Status decode(ByteView frame, std::vector<double>* costs);
  void spread(std::vector<double>& costs) const;

  std::vector<std::uint8_t> file_;
  P3xHeader header_;
  std::uint32_t frame_ = 0;
  std::size_t offset_ = kP3xHeaderBytes;
  std::vector<std::uint64_t> memory_;
  p3x::Decoder decoder_{{}};
  std::vector<std::uint8_t> pixels_;
  std::vector<std::uint32_t> cell_costs_;
};

}  // namespace p3a::sender
