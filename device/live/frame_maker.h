// Makes the panel's picture out of what came over the network: picture files and raw pixels, for
// the whole panel or for a part of it. The decode thread only.
#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "core/base/geometry.h"
#include "device/config/config.h"
#include "device/frame.h"
#include "device/ports.h"

namespace p3a {

enum class RawLayout : std::uint8_t { kRgb888, kRgb565, kRgba8888 };
constexpr std::size_t bytes_per_pixel(RawLayout layout) {
  if (layout == RawLayout::kRgb565) return 2;
  return layout == RawLayout::kRgb888 ? 3 : 4;
}
/// "rgb888", "rgb565", "rgba8888".
std::string_view layout_name(RawLayout layout);

/// Pixels in rows from the top, without padding: exactly width × height × bytes_per_pixel.
struct RawPixels {
  RawLayout layout = RawLayout::kRgb888;
  Size size;
  ByteView bytes;
  std::optional<std::uint64_t> p3x_cells{};  ///< DrawnPixels::p3x_cells
};

class FrameMaker {
 public:
  explicit FrameMaker(Decoders& decoders) : decoders_(decoders) {}

  void configure(const Config& config);
  const ImageLimits& limits() const { return limits_; }

  /// A picture file that lies in memory, which must outlive it. Errors: those of Decoders::open().
  Result<std::unique_ptr<Picture>> open(ByteView file);

  // Draw onto `frame`: all of it, or its `area` in upright pixels, with `base` around it, which may
  // be empty and is black then.
  Result<DecodedFrame> draw(Picture& picture, const std::optional<Rect>& area, const FrameRef& base,
                            Frame& frame);
  /// Error: kInternal (more than can be composed).
  Status draw(const RawPixels& pixels, const std::optional<Rect>& area, const FrameRef& base,
              Frame& frame);
  /// A JPEG or PNG file of exactly that size as it is, in tight R,G,B rows that lie in `frame`,
  /// whose format is kRgb888, until it is drawn on. Errors: kBadFrame (another size, or more pixels
  /// than the frame has), kUnknownFormat, those of Decoders.
  Result<ByteView> decode(ByteView file, Size size, Frame& frame);
  static void copy(const FrameRef& from, Frame& to);

  /// Whether R,G,B pixels of that size are what the whole frame shows, bit for bit.
  bool as_is(Size size, const Frame& frame) const;
  /// The caller has drawn such pixels itself.
  void drew(Size size, std::optional<std::uint64_t> p3x_cells, const Frame& frame) const;

 private:
  struct Target {
    Canvas canvas;
    const View& view;
  };
  Target target_of(const std::optional<Rect>& area, const FrameRef& base, Frame& frame);

  Decoders& decoders_;
  ImageLimits limits_;
  View view_;
  View part_view_;  // parts are filled, whatever the fit
  std::vector<std::uint8_t> scratch_;
};

}  // namespace p3a
