// The 16 colours that a picture is shown in, chosen for a scene and kept for as long as they fit.
//
// In: R,G,B pixels. Out: a palette in the order of brightness. A picture of up to 16 colours gets
// exactly these. Otherwise the palette of the picture before stays while its error has not grown by
// a quarter; then the old palette, moved (k-means), competes with one made anew (boxes of colours
// split where they vary most, then k-means). Distances weigh red, green and blue 2:4:3, a common
// approximation of how different colours look (CompuPhase, "Colour metric"). One thread at a time.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "core/base/bytes.h"
#include "core/compose/canvas.h"

namespace p3a::sender {

inline constexpr std::size_t kPaletteColors = 16;
using Palette = std::array<Rgb, kPaletteColors>;

class PaletteChooser {
 public:
  PaletteChooser();

  /// `rgb`: whole pixels, at least one. The palette lives until the next call.
  const Palette& choose(ByteView rgb);

 private:
  /// A colour with its axes stretched by the weights, so that distances are plain ones.
  struct Point {
    std::array<float, 3> at{};
    float weight = 0;  ///< pixels
  };
  struct Bin {
    std::uint32_t count = 0;
    std::array<std::uint32_t, 3> sums{};
  };
  using Centres = std::array<Point, kPaletteColors>;

  bool take_exact(ByteView rgb);
  void count_colors(ByteView rgb);
  static Point point_of(Rgb color);
  static std::size_t nearest(const Centres& centres, const Point& point, float& distance);
  float error_of(const Palette& palette) const;
  Centres split() const;
  Palette settle(Centres centres) const;

  std::vector<Bin> bins_;  // of 5 bits a channel
  std::vector<Point> points_;
  Palette palette_{};
  float accepted_ = -1;  // the error that the palette had when it was chosen; below 0: none chosen
};

}  // namespace p3a::sender
