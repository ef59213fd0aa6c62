// YUV4MPEG2, the uncompressed video that `ffmpeg -f yuv4mpegpipe` writes (the format is described
// in yuv4mpeg(5) of the mjpegtools; XCOLORRANGE is ffmpeg's).
//
// In: a VideoInput. Out: tight R,G,B rows by ITU-R BT.601, limited range unless the stream says
// XCOLORRANGE=FULL. Takes 8-bit 4:2:0 (each chroma sample for its 2 × 2 pixels) and 4:4:4; sides of
// 1 to 4096 pixels. Memory is taken once, by open(). One thread at a time. The input is not owned.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "core/base/geometry.h"
#include "sender/video/video_input.h"

namespace p3a::sender {

struct Y4mFormat {
  Size size;
  double fps = 0;  ///< 0: the stream does not say
  bool full_chroma = false;
  bool full_range = false;

  Size chroma_size() const {
    return full_chroma ? size : Size{(size.width + 1) / 2, (size.height + 1) / 2};
  }
  std::size_t frame_bytes() const { return size.pixels() + 2 * chroma_size().pixels(); }
};

/// The first line, without its end. Errors: kUnknownFormat, kUnsupportedFeature,
/// kDimensionsTooLarge, kInvalidValue.
Result<Y4mFormat> parse_y4m_header(std::string_view line);

/// planes: format.frame_bytes(). rgb: three bytes for each pixel.
void y4m_to_rgb(const Y4mFormat& format, ByteView planes, ByteSpan rgb);

class Y4mReader {
 public:
  explicit Y4mReader(VideoInput& input) : input_(input) {}

  /// Before all else, once. Errors: those of the header; kEmptyBody when nothing came.
  Result<Y4mFormat> open();
  /// The next picture into `rgb`, three bytes for each pixel; false after the last. Error:
  /// kDecodeFailed, when the stream is cut off or is none any more; there is no next one then.
  Result<bool> next(ByteSpan rgb);

 private:
  // A line without its end; nothing when it is too long, or cut off.
  std::optional<std::string> read_line();

  VideoInput& input_;
  Y4mFormat format_;
  std::vector<std::uint8_t> planes_;
};

}  // namespace p3a::sender
